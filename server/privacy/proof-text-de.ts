import type { ProofText } from "./proof-text-en.ts";

export const de: ProofText = {
  short: "In Kürze",
  security: {
    title: "Sicherheit",
    intro:
      "Was das Projekt fand, als es Version {version} an einer öffentlichen Liste von Anforderungen maß, OWASP ASVS {edition}, Stufen 1 und 2. Es antwortet für sich selbst; sonst hat niemand nachgesehen.",
    total: "Anforderungen",
    project: "Das Projekt hat Version {version} am {at} überprüft.",
    own: "Der Betreiber hat diesen Server am {at} überprüft ({by}).",
    ownNone: "Der Betreiber dieses Servers hat noch keine Überprüfung eingetragen.",
    open: "Was nicht erfüllt ist; die Gründe stehen unten beim Kapitel",
    reviews: "Überprüfungen",
    looked: "Was das Projekt angesehen hat",
    report: "Der Bericht des Betreibers",
    every: "Jede Anforderung",
    everyIntro: "Was eine Anforderung verlangt, steht in unseren Worten, auf Englisch. Es gilt der Text des Standards:",
    id: "Nummer",
    asks: "Verlangt",
    state: "Stand",
    why: "Warum",
    evidence: "Belege",
  },
  state: {
    met: "erfüllt",
    unproved: "als erfüllt genannt, im festgehaltenen Lauf nicht bewiesen",
    not_applicable: "trifft nicht zu",
    not_met: "nicht erfüllt",
  },
  chapters:
    "Kodieren und Bereinigen;Prüfung und Geschäftslogik;Webseiten;API;Dateien;Anmeldung;Sitzungen;Berechtigung;Eigenständige Token;OAuth und OIDC;Kryptografie;Kommunikation;Konfiguration;Datenschutz;Code und Architektur;Protokolle und Fehler;WebRTC",
  evidence: {
    title: "Was bewiesen ist",
    intro: "Jedes Versprechen unten wird von Tests gehalten, die gegen die echte Software laufen.",
    proved: "Bewiesene Versprechen",
    faults: "Absichtliche Fehler, die diese Tests bemerkt haben",
    checked: "Zuletzt geprüft am {at}, Stand {commit}.",
    unchecked: "Diese Version wurde noch nicht geprüft, also wird nichts behauptet.",
    only: "Ein Versprechen ohne bestandenen Test steht nicht auf dieser Seite.",
    pending: "Ausstehend: nicht behauptet",
    pendingIntro: "Versprechen über Funktionen, die es noch nicht gibt.",
    promise: "Versprechen",
    test: "Beweis",
    function: "Funktion",
    tests: "Tests: {n}",
    exactly: "Was geprüft wird",
    security: "Überprüfungen und Prüfliste der Sicherheit",
  },
  category: {
    ...{ data: "Daten", sec: "Sicherheit", ret: "Aufbewahren und Löschen", rights: "Rechte", cons: "Einwilligung" },
    ...{ share: "Weitergabe", comm: "Mitteilungen", cook: "Cookies", feat: "Funktionen", bill: "Bezahlung" },
  },
};
