import type { ProofText } from "./proof-text-en.ts";

export const ms: ProofText = {
  short: "Ringkasnya",
  security: {
    title: "Keselamatan",
    intro:
      "Apa yang projek dapati apabila versi {version} dibandingkan dengan senarai keperluan awam, OWASP ASVS {edition}, tahap 1 dan 2. Projek menjawab bagi dirinya sendiri; tiada orang lain yang menyemak.",
    total: "Keperluan",
    project: "Projek menyemak versi {version} pada {at}.",
    own: "Pengendali menyemak pelayan ini pada {at} ({by}).",
    ownNone: "Pengendali pelayan ini belum merekodkan sebarang semakan.",
    open: "Apa yang tidak dipenuhi; sebabnya ada pada babnya di bawah",
    reviews: "Semakan",
    looked: "Apa yang disemak oleh projek",
    report: "Laporan pengendali",
    every: "Setiap keperluan",
    everyIntro:
      "Kehendak setiap keperluan ditulis dengan kata-kata kami, dalam bahasa Inggeris. Teks piawaian yang dikira:",
    id: "Nombor",
    asks: "Kehendak",
    state: "Keadaan",
    why: "Sebab",
    evidence: "Bukti",
  },
  state: {
    met: "dipenuhi",
    unproved: "dikatakan dipenuhi, tidak dibuktikan oleh larian yang direkodkan",
    not_applicable: "tidak berkenaan",
    not_met: "tidak dipenuhi",
  },
  chapters:
    "Pengekodan dan pembersihan;Pengesahan dan logik perniagaan;Halaman web;API;Fail;Pengesahan identiti;Sesi;Kebenaran;Token kendiri;OAuth dan OIDC;Kriptografi;Komunikasi;Konfigurasi;Perlindungan data;Kod dan seni bina;Log dan ralat;WebRTC",
  evidence: {
    title: "Apa yang dibuktikan",
    intro: "Setiap janji di bawah dipegang oleh ujian yang dijalankan pada perisian sebenar.",
    proved: "Janji yang dibuktikan",
    faults: "Kesilapan sengaja yang dikesan oleh ujian ini",
    checked: "Terakhir disemak pada {at}, keadaan {commit}.",
    unchecked: "Versi ini belum disemak, jadi tiada apa-apa yang didakwa.",
    only: "Janji tanpa ujian yang lulus tiada di halaman ini.",
    pending: "Belum selesai: tidak didakwa",
    pendingIntro: "Janji tentang fungsi yang belum wujud.",
    promise: "Janji",
    test: "Bukti",
    function: "Fungsi",
    tests: "Ujian: {n}",
    exactly: "Apa yang diuji",
    security: "Semakan dan senarai semak keselamatan",
  },
  category: {
    ...{ data: "Data", sec: "Keselamatan", ret: "Penyimpanan dan pemadaman", rights: "Hak" },
    ...{ cons: "Persetujuan", share: "Perkongsian", comm: "Pemberitahuan", cook: "Kuki" },
    ...{ feat: "Fungsi", bill: "Pembayaran" },
  },
};
