import type { PolicyText } from "./policy-text-en.ts";

const asChosen = "Wie der Betreiber wählte";

export const de: PolicyText = {
  page: {
    title: "Datenschutzerklärung von {name}",
    inForceSince: "Fassung {number}, in Kraft seit",
    inForceFrom: "Fassung {number}, in Kraft ab",
    made: "Entstanden aus den Angaben, nach denen die Software löscht, ausgibt und versiegelt.",
    gpc: "Dein Browser sendet Global Privacy Control. Das gilt hier.",
    coming: "Fassung {number} gilt ab {at}.",
    comingLink: "Was sich ändert",
    versions: "Fassungen der Datenschutzerklärung",
    versionsIntro: "Keine wird je geändert oder entfernt.",
    version: "Fassung {number}",
    told: "Angekündigt am {told}, in Kraft ab {at}.",
    toldMaterial: "Angekündigt am {told}, in Kraft ab {at}. Das ist wesentlich:",
    compared: "Fassung {number} verglichen mit {before}",
    toldFrom: "Angekündigt am {told}, in Kraft ab",
    nav: "Datenschutz",
    "nav.policy": "Geltende Fassung",
    "nav.versions": "Alle Fassungen",
    "nav.cookies": "Cookies",
    language: "Sprache",
    missing: "Diese Fassung gibt es nicht",
    places: "Jeder Ort",
    "places.caption": "Jeder Ort, aus den Angaben, nach denen die Software selbst arbeitet",
    "cookies.caption": "Alles, was in einem Browser bleibt",
    where: "Wo",
    what: "Was",
    stored: "Gespeichert",
    kept: "Aufbewahrt",
    name: "Name",
    necessity: "Nötig für",
  },
  section: {
    who: "Wer verantwortlich ist",
    collected: "Was erhoben wird",
    used: "Wofür es benutzt wird",
    receives: "Wer es erhält",
    stays: "Wie lange es bleibt",
    protected: "Wie es geschützt ist",
    cookies: "Cookies",
    may: "Was du darfst",
    how: "Wie",
  },
  sentence: {
    "who.operator": "{name} betreibt diesen Server und ist dafür verantwortlich. Schreib an {contact}.",
    "who.region": "Der Server steht hier: {region}.",
    "who.noRegion": "Wo der Server steht, wurde nicht angegeben.",
    "who.business":
      "Über das, was ein Unternehmen hier mit seinen Kunden schreibt, entscheidet dieses Unternehmen; der Betreiber handelt auf dessen Weisung.",
    "receives.nobody":
      "Sonst niemand. Nichts wird verkauft, vermietet oder für Werbung benutzt, und nichts trainiert ein Modell.",
    "receives.authority":
      "Eine Behörde erhält Daten nur, wo das Gesetz es verlangt, nachdem zwei Menschen zugestimmt haben, und es wird aufgeschrieben.",
    "receives.gets": "{who} ({country}): {does} {when} Erhält: {what}.",
    "stays.channels":
      "Jeder Kanal behält das Gesagte ganz, eine Zahl von Tagen oder nur bis zur Zustellung; der Inhaber wählt, und eine strengere Wahl wirkt zurück.",
    "stays.erased":
      "Gelöschtes ist sofort unlesbar, weil sein Schlüssel zerstört wird; verschlüsselte Reste und ein Adressverzeichnis aus Schlüsselwerten verlassen die Sicherungen binnen 30 Tagen.",
    "protected.risk":
      "Kein Verfahren ist vollkommen sicher. Wird etwas verletzt, erfahren es die betroffenen Unternehmen unverzüglich und die Behörde binnen 72 Stunden.",
    "cookies.none": "Sonst gibt es nichts: keine Werbung, und nichts von anderen, bevor du zugestimmt hast.",
    "cookies.counted":
      "Wie oft öffentliche Seiten geöffnet werden, wird je Tag gezählt, ohne Cookie und ohne etwas über dich.",
    "cookies.gpc":
      "Ein Signal von Global Privacy Control gilt als Ablehnung, und als Widerspruch dagegen, gezählt zu werden.",
    may: "Du darfst {what}.",
    "how.ask":
      "Als Kunde eines Unternehmens hier: Bitte es im Chat um den Link zu deiner eigenen Seite. Wer sich anmeldet: in den Einstellungen oder per E-Mail.",
    "how.write":
      "In jedem Fall: {contact}. Die Antwort kommt binnen eines Monats. Konten sind für Erwachsene (ab 18 Jahren).",
  },
  category: {
    "organization.name": "Name des Arbeitsbereichs",
    "user.content": "Gesagtes: Texte, Dateien, Notizen, und was über jemanden notiert wurde",
    "user.name": "Namen",
    "user.contact.email": "E-Mail-Adressen",
    "user.contact.phone_number": "Telefonnummern",
    "user.unique_id": "Telefonnummern und Kennungen bei den Nachrichtendiensten",
    "user.device": "Netzadresse und Art des Browsers",
    "user.behavior": "Wann etwas zuletzt benutzt wurde",
    "credential.verifier": "Fingerabdrücke von Passwörtern, Schlüsseln und Links",
    "credential.secret": "Geheimnisse von Kanälen und Webhooks",
    "financial.invoice": "Rechnungen",
  },
  purpose: {
    deliver: "um Nachrichten zu befördern",
    inbox: "für den gemeinsamen Posteingang",
    security: "für die Sicherheit des Dienstes",
    insight: "für Zahlen ohne Namen",
    billing: "um abzurechnen",
    account: "um Konten zu führen",
  },
  basis: {
    contract: "ein Vertrag braucht es",
    legitimate_interests: "ein berechtigtes Interesse",
    legal_obligation: "das Gesetz verlangt es",
    consent: "nur nach deiner Einwilligung",
  },
  protect: {
    plain: "so wie es ist",
    sealed: "verschlüsselt unter einem Schlüssel dessen, dem es gehört",
    hash: "nur als Fingerabdruck",
    "blind-index": "als Fingerabdruck mit Schlüssel",
  },
  right: {
    access: "sehen, was über dich gespeichert ist",
    portability: "eine Kopie mitnehmen, lesbar für Menschen und Programme",
    rectify: "es berichtigen lassen",
    erase: "es löschen lassen",
    restrict: "seine Nutzung anhalten lassen",
    object: "der Nutzung widersprechen",
    withdraw: "eine Einwilligung zurücknehmen, so leicht, wie du sie gabst",
    complaint: "dich beschweren, bei uns und bei deiner Datenschutzbehörde",
    human_review: "einen Menschen darauf schauen lassen: Nichts hier entscheidet von selbst über dich",
  },
  change: {
    new_category: "Eine neue Art von Daten wird gespeichert",
    new_purpose: "Daten werden für etwas Neues benutzt",
    new_recipient: "Jemand Neues erhält Daten",
    new_country: "Daten gehen in ein neues Land",
    longer_retention: "Daten werden länger aufbewahrt",
    weaker_protection: "Daten sind weniger geschützt",
    lost_right: "Ein Recht entfällt",
    other: "Wortlaut, oder weniger als zuvor",
  },
  necessity: {
    strictly_necessary: "unbedingt notwendig",
    preference: "eine Vorliebe, die du gewählt hast",
    analytics: "Statistik, nachdem du zugestimmt hast",
  },
  kept: {
    parent: "so lange wie das, wozu es gehört",
    day: "höchstens einen Tag",
    days: "höchstens {days} Tage",
    forDays: "{count} Tage",
    forMinutes: "{count} Min.",
    "with-row": "mit dem, wozu es gehört",
    "in-memory": "bis der Prozess endet",
    "until-removed": "bis es entfernt wird",
  },
  recipient: {
    meta_whatsapp_cloud: {
      does: "Befördert Nachrichten zwischen dem Unternehmen und Menschen auf WhatsApp.",
      when: "Ein Arbeitsbereich verbindet einen Kanal der WhatsApp Cloud API.",
      country: "Irland und die Vereinigten Staaten, oder die für die Nummer gewählte Region",
    },
    whatsapp_linked: {
      does: "Befördert Nachrichten einer gewöhnlichen WhatsApp-Nummer, deren Inhaber diesen Server als Gerät verknüpft hat.",
      when: "Ein Arbeitsbereich verknüpft ein Telefon, nachdem er zustimmte, dass dies keine offizielle Schnittstelle ist.",
      country: "Irland und die Vereinigten Staaten",
    },
    mail_server: {
      does: "Stellt Einladungen, Anmeldelinks und Hinweise an Menschen zu, die mit dem Produkt arbeiten.",
      when: "Der Betreiber setzt SMTP_URL.",
      country: asChosen,
    },
    object_store: {
      does: "Bewahrt empfangene und gesendete Dateien auf, versiegelt, bevor sie den Server verlassen.",
      when: "Der Betreiber setzt S3_BUCKET.",
      country: asChosen,
    },
    database: {
      does: "Bewahrt alle Tabellen auf. Gesagtes, Namen und Adressen werden versiegelt, bevor sie geschrieben werden.",
      when: "Der Betreiber setzt DATABASE_URL; sonst läuft die Datenbank im Produkt selbst.",
      country: asChosen,
    },
    simulators_and_proxies: {
      does: "Stehen für einen Anbieter: Simulatoren, oder Proxys des Betreibers.",
      when: "Der Betreiber setzt KEEPWORD_PROVIDER_ORIGINS.",
      country: asChosen,
    },
    google_analytics: {
      does: "Zählt Besuche der öffentlichen Seiten, bei Besuchern, die zugestimmt haben, ohne Werbesignale.",
      when: "Der Betreiber setzt KEEPWORD_GA_ID, und nur bei Besuchern, die zugestimmt haben.",
      country: "Irland und die Vereinigten Staaten",
    },
  },
  cookie: {
    kw: "Das Kennzeichen eines angemeldeten Browsers (unter https als `__Host-kw`); der Server behält dessen Fingerabdruck.",
    kw_page:
      "Bindet die Seite eines Kontakts an den Browser, der einen Code zeigte, für eine Stunde, nur auf dieser Seite.",
    kw_choice:
      "Was ein Besucher zur Statistik gewählt hat, und die Kennung des Nachweises; nur durch diese Wahl gesetzt.",
    _ga: "Google Analytics: unterscheidet einen Browser von anderen auf den öffentlichen Seiten.",
    "_ga_*":
      "Google Analytics: wann der Besuch eines Browsers begann. Der Rest des Namens ist die Mess-ID des Betreibers.",
    "keepword.prefs": "Aussehen, Sprache und Anordnung, sobald jemand sie gewählt hat.",
  },
};
