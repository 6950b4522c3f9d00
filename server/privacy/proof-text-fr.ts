import type { ProofText } from "./proof-text-en.ts";

export const fr: ProofText = {
  short: "En bref",
  security: {
    title: "Sécurité",
    intro:
      "Ce que le projet a constaté en confrontant la version {version} à une liste publique d’exigences, OWASP ASVS {edition}, niveaux 1 et 2. Il répond pour lui-même ; personne d’autre n’a vérifié.",
    total: "Exigences",
    project: "Le projet a examiné la version {version} le {at}.",
    own: "L’exploitant a examiné ce serveur le {at} ({by}).",
    ownNone: "L’exploitant de ce serveur n’a encore consigné aucun examen.",
    open: "Ce qui n’est pas satisfait ; les raisons figurent au chapitre, ci-dessous",
    reviews: "Examens",
    looked: "Ce que le projet a examiné",
    report: "Le rapport de l’exploitant",
    every: "Chaque exigence",
    everyIntro: "Ce que demande une exigence est dit avec nos mots, en anglais. Le texte de la norme fait foi :",
    id: "Numéro",
    asks: "Demande",
    state: "État",
    why: "Pourquoi",
    evidence: "Preuves",
  },
  state: {
    met: "satisfait",
    unproved: "dit satisfait, non prouvé par l’essai consigné",
    not_applicable: "sans objet",
    not_met: "non satisfait",
  },
  chapters:
    "Encodage et nettoyage;Validation et logique métier;Pages web;API;Fichiers;Authentification;Sessions;Autorisation;Jetons autonomes;OAuth et OIDC;Cryptographie;Communication;Configuration;Protection des données;Code et architecture;Journaux et erreurs;WebRTC",
  evidence: {
    title: "Ce qui est prouvé",
    intro: "Chaque promesse ci-dessous est tenue par des tests qui s’exécutent sur le vrai logiciel.",
    proved: "Promesses prouvées",
    faults: "Fautes délibérées que ces tests ont remarquées",
    checked: "Dernière vérification le {at}, état {commit}.",
    unchecked: "Cette version n’a pas encore été vérifiée : rien n’est affirmé.",
    only: "Une promesse sans test réussi ne figure pas sur cette page.",
    pending: "En attente : rien n’est affirmé",
    pendingIntro: "Promesses sur des fonctions qui n’existent pas encore.",
    promise: "Promesse",
    test: "Preuve",
    function: "Fonction",
    tests: "Tests : {n}",
    security: "Examens et liste de contrôle de la sécurité",
  },
  category: {
    ...{ data: "Données", sec: "Sécurité", ret: "Conservation et suppression", rights: "Droits" },
    ...{ cons: "Consentement", share: "Partage", comm: "Information", cook: "Cookies" },
    ...{ feat: "Fonctions", bill: "Paiement" },
  },
};
