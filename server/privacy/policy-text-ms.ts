import type { PolicyText } from "./policy-text-en.ts";

const asChosen = "Seperti yang dipilih pengendali";

export const ms: PolicyText = {
  page: {
    title: "Dasar privasi {name}",
    inForceSince: "Versi {number}, berkuat kuasa sejak",
    inForceFrom: "Versi {number}, berkuat kuasa mulai",
    made: "Dihasilkan daripada pengisytiharan yang digunakan oleh perisian untuk memadam, mengeksport dan memeterai.",
    gpc: "Pelayar anda menghantar Global Privacy Control. Ia dihormati di sini.",
    coming: "Versi {number} berkuat kuasa pada {at}.",
    comingLink: "Lihat perubahannya",
    versions: "Versi dasar privasi",
    versionsIntro: "Tiada satu pun pernah diubah atau dibuang.",
    version: "Versi {number}",
    told: "Diumumkan pada {told}, berkuat kuasa mulai {at}.",
    toldMaterial: "Diumumkan pada {told}, berkuat kuasa mulai {at}. Perubahan ini penting:",
    compared: "Versi {number} dibandingkan dengan {before}",
    toldFrom: "Diumumkan pada {told}, berkuat kuasa mulai",
    nav: "Privasi",
    "nav.policy": "Dasar yang berkuat kuasa",
    "nav.versions": "Semua versi",
    "nav.cookies": "Kuki",
    language: "Bahasa",
    missing: "Tiada versi sedemikian",
    places: "Setiap tempat",
    "places.caption": "Setiap tempat, daripada pengisytiharan yang menjadi asas kerja perisian itu sendiri",
    "cookies.caption": "Semua yang disimpan dalam pelayar",
    where: "Di mana",
    what: "Apa",
    stored: "Disimpan sebagai",
    kept: "Tempoh simpanan",
    name: "Nama",
    necessity: "Diperlukan untuk",
  },
  section: {
    who: "Siapa yang bertanggungjawab",
    collected: "Apa yang dikumpulkan",
    used: "Tujuan penggunaan",
    receives: "Siapa yang menerimanya",
    stays: "Berapa lama ia disimpan",
    protected: "Bagaimana ia dilindungi",
    cookies: "Kuki",
    may: "Apa yang boleh anda lakukan",
    how: "Bagaimana",
  },
  sentence: {
    "who.operator": "{name} mengendalikan pelayan ini dan bertanggungjawab atasnya. Tulis kepada {contact}.",
    "who.region": "Pelayan terletak di {region}.",
    "who.noRegion": "Lokasi pelayan tidak dinyatakan.",
    "who.business":
      "Bagi apa yang ditulis oleh sesebuah perniagaan dengan pelanggannya di sini, perniagaan itulah yang membuat keputusan, dan pengendali bertindak atas arahannya.",
    "receives.nobody":
      "Tiada pihak lain. Tiada apa-apa dijual, disewakan atau digunakan untuk pengiklanan, dan tiada apa-apa digunakan untuk melatih model.",
    "receives.authority":
      "Pihak berkuasa menerima data hanya apabila dituntut oleh undang-undang, setelah dua orang meluluskannya, dan hal itu dicatat.",
    "receives.gets": "{who} ({country}): {does} {when} Menerima: {what}.",
    "stays.channels":
      "Setiap saluran menyimpan apa yang dikatakan sepenuhnya, selama beberapa hari, atau hanya sehingga diserahkan; pemiliknya yang memilih, dan pilihan yang lebih ketat terpakai kepada data lama juga.",
    "stays.erased":
      "Data yang dihapuskan serta-merta tidak boleh dibaca, kerana kuncinya dimusnahkan; sisa yang disulitkan, dan indeks alamat berkunci, hilang daripada sandaran dalam masa 30 hari.",
    "protected.risk":
      "Tiada kaedah yang selamat sepenuhnya. Jika berlaku pelanggaran, perniagaan yang terlibat diberitahu tanpa berlengah dan pihak berkuasa dalam masa 72 jam.",
    "cookies.none":
      "Tiada yang lain: tiada iklan, dan tiada apa-apa milik pihak lain sebelum anda bersetuju dengannya.",
    "cookies.counted": "Kekerapan halaman awam dibuka dikira setiap hari, tanpa kuki dan tanpa apa-apa tentang anda.",
    "cookies.gpc":
      "Isyarat Global Privacy Control dihormati sebagai penolakan, dan sebagai bantahan terhadap pengiraan.",
    may: "Anda boleh {what}.",
    "how.ask":
      "Pelanggan sesebuah perniagaan di sini: minta pautan ke halaman anda sendiri dalam sembang. Pengguna yang log masuk: dalam tetapan, atau melalui e-mel.",
    "how.write":
      "Dalam apa jua keadaan: {contact}. Jawapan tiba dalam masa sebulan. Akaun adalah untuk orang dewasa (18 tahun ke atas).",
  },
  category: {
    "organization.name": "Nama ruang kerja",
    "user.content": "Apa yang dikatakan: teks, fail, nota, dan apa yang dicatat tentang seseorang",
    "user.name": "Nama",
    "user.contact.email": "Alamat e-mel",
    "user.contact.phone_number": "Nombor telefon",
    "user.unique_id": "Nombor telefon dan ID pada perkhidmatan pemesejan",
    "user.device": "Alamat rangkaian dan jenis pelayar",
    "user.behavior": "Bila sesuatu terakhir digunakan",
    "credential.verifier": "Cap jari kata laluan, kunci dan pautan",
    "credential.secret": "Rahsia saluran dan webhook",
    "financial.invoice": "Invois",
  },
  purpose: {
    deliver: "untuk membawa mesej",
    inbox: "untuk peti masuk bersama",
    security: "untuk memastikan perkhidmatan selamat",
    insight: "untuk angka tanpa nama",
    billing: "untuk pengebilan",
    account: "untuk mengurus akaun",
  },
  basis: {
    contract: "diperlukan untuk kontrak",
    legitimate_interests: "kepentingan yang sah",
    legal_obligation: "dituntut oleh undang-undang",
    consent: "hanya selepas anda bersetuju",
  },
  protect: {
    plain: "seadanya",
    sealed: "disulitkan dengan kunci pemiliknya",
    hash: "sebagai cap jari sahaja",
    "blind-index": "sebagai cap jari berkunci",
  },
  right: {
    access: "melihat apa yang disimpan tentang anda",
    portability: "membawa salinan bersama anda, yang boleh dibaca oleh manusia dan program",
    rectify: "meminta ia dibetulkan",
    erase: "meminta ia dihapuskan",
    restrict: "meminta penggunaannya dihentikan",
    object: "membantah penggunaannya",
    withdraw: "menarik balik persetujuan, semudah anda memberikannya",
    complaint: "mengadu, kepada kami dan kepada pihak berkuasa perlindungan data anda",
    human_review:
      "meminta seorang manusia menelitinya: tiada apa-apa di sini membuat keputusan tentang anda dengan sendirinya",
  },
  change: {
    new_category: "Jenis data baharu disimpan",
    new_purpose: "Data digunakan untuk tujuan baharu",
    new_recipient: "Pihak baharu menerima data",
    new_country: "Data dihantar ke negara baharu",
    longer_retention: "Data disimpan lebih lama",
    weaker_protection: "Data kurang dilindungi",
    lost_right: "Suatu hak hilang",
    other: "Perkataan, atau kurang daripada sebelumnya",
  },
  necessity: {
    strictly_necessary: "benar-benar perlu",
    preference: "keutamaan yang anda pilih",
    analytics: "analitik, selepas anda bersetuju",
  },
  kept: {
    parent: "selagi data induknya disimpan",
    day: "paling lama sehari",
    days: "paling lama {days} hari",
    forDays: "{count} hari",
    forMinutes: "{count} min",
    "with-row": "bersama data induknya",
    "in-memory": "sehingga proses tamat",
    "until-removed": "sehingga dibuang",
  },
  recipient: {
    meta_whatsapp_cloud: {
      does: "Membawa mesej antara perniagaan dan orang di WhatsApp.",
      when: "Sebuah ruang kerja menyambungkan saluran WhatsApp Cloud API.",
      country: "Ireland dan Amerika Syarikat, atau wilayah yang dipilih untuk nombor itu",
    },
    whatsapp_linked: {
      does: "Membawa mesej nombor WhatsApp biasa yang pemiliknya memautkan pelayan ini sebagai peranti.",
      when: "Sebuah ruang kerja memautkan telefon, setelah bersetuju bahawa ini bukan API rasmi.",
      country: "Ireland dan Amerika Syarikat",
    },
    mail_server: {
      does: "Menghantar jemputan, pautan log masuk dan makluman kepada orang yang bekerja dengan produk ini.",
      when: "Pengendali menetapkan SMTP_URL.",
      country: asChosen,
    },
    object_store: {
      does: "Menyimpan fail yang diterima dan dihantar, dimeterai sebelum meninggalkan pelayan.",
      when: "Pengendali menetapkan S3_BUCKET.",
      country: asChosen,
    },
    database: {
      does: "Menyimpan semua jadual. Apa yang dikatakan, nama dan alamat dimeterai sebelum ditulis.",
      when: "Pengendali menetapkan DATABASE_URL; jika tidak, pangkalan data berjalan dalam produk itu sendiri.",
      country: asChosen,
    },
    simulators_and_proxies: {
      does: "Mewakili penyedia: simulator, atau proksi pengendali.",
      when: "Pengendali menetapkan KEEPWORD_PROVIDER_ORIGINS.",
      country: asChosen,
    },
    google_analytics: {
      does: "Mengira lawatan ke halaman awam, bagi pelawat yang bersetuju, tanpa isyarat pengiklanan.",
      when: "Pengendali menetapkan KEEPWORD_GA_ID, dan hanya bagi pelawat yang bersetuju.",
      country: "Ireland dan Amerika Syarikat",
    },
  },
  cookie: {
    kw: "Tanda pelayar yang telah log masuk (`__Host-kw` melalui https); pelayan menyimpan cap jarinya.",
    kw_page:
      "Mengikat halaman seorang kenalan kepada pelayar yang menunjukkan kod, selama sejam, pada halaman itu sahaja.",
    kw_choice: "Apa yang dipilih pelawat tentang analitik, dan ID buktinya; ditetapkan oleh pilihan itu sahaja.",
    _ga: "Google Analytics: membezakan satu pelayar daripada yang lain di halaman awam.",
    "_ga_*":
      "Google Analytics: bila lawatan sesuatu pelayar bermula. Selebihnya dalam nama itu ialah ID pengukuran pengendali.",
    "keepword.prefs": "Penampilan, bahasa dan susun atur, sebaik sahaja seseorang memilihnya.",
  },
};
