import type { PolicyText } from "./policy-text-en.ts";

const asChosen = "Selon le choix de l’exploitant";

export const fr: PolicyText = {
  page: {
    title: "Politique de confidentialité de {name}",
    inForceSince: "Version {number}, en vigueur depuis le",
    inForceFrom: "Version {number}, en vigueur à partir du",
    made: "Établie à partir des déclarations selon lesquelles le logiciel supprime, exporte et scelle.",
    gpc: "Votre navigateur envoie Global Privacy Control. Ce signal est respecté ici.",
    coming: "La version {number} entre en vigueur le {at}.",
    comingLink: "Voir ce qui change",
    versions: "Versions de la politique de confidentialité",
    versionsIntro: "Aucune n’est jamais modifiée ni retirée.",
    version: "Version {number}",
    told: "Annoncée le {told}, en vigueur à partir du {at}.",
    toldMaterial: "Annoncée le {told}, en vigueur à partir du {at}. Changement important :",
    compared: "Version {number} comparée à la version {before}",
    toldFrom: "Annoncée le {told}, en vigueur à partir du",
    nav: "Confidentialité",
    "nav.policy": "Version en vigueur",
    "nav.versions": "Toutes les versions",
    "nav.cookies": "Cookies",
    language: "Langue",
    missing: "Cette version n’existe pas",
    places: "Chaque emplacement",
    "places.caption": "Chaque emplacement, d’après les déclarations selon lesquelles le logiciel lui-même fonctionne",
    "cookies.caption": "Tout ce qui est conservé dans un navigateur",
    where: "Où",
    what: "Quoi",
    stored: "Stocké",
    kept: "Conservé",
    name: "Nom",
    necessity: "Nécessaire pour",
  },
  section: {
    who: "Qui en répond",
    collected: "Ce qui est collecté",
    used: "À quoi cela sert",
    receives: "Qui le reçoit",
    stays: "Combien de temps cela reste",
    protected: "Comment c’est protégé",
    cookies: "Cookies",
    may: "Vos droits",
    how: "Comment les exercer",
  },
  sentence: {
    "who.operator": "{name} exploite ce serveur et en répond. Écrivez à {contact}.",
    "who.region": "Le serveur se trouve ici : {region}.",
    "who.noRegion": "L’emplacement du serveur n’a pas été indiqué.",
    "who.business":
      "Pour ce qu’une entreprise écrit ici avec ses clients, c’est elle qui décide, et l’exploitant agit sur ses instructions.",
    "receives.nobody":
      "Personne d’autre. Rien n’est vendu, loué ni utilisé pour la publicité, et rien n’entraîne de modèle.",
    "receives.authority":
      "Une autorité ne reçoit des données que là où la loi l’exige, après l’accord de deux personnes, et c’est consigné.",
    "receives.gets": "{who} ({country}) : {does} {when} Reçoit : {what}.",
    "stays.channels":
      "Chaque canal conserve ce qui a été dit en entier, un certain nombre de jours, ou seulement jusqu’à la remise ; son propriétaire choisit, et un choix plus strict vaut aussi pour le passé.",
    "stays.erased":
      "Les données effacées sont aussitôt illisibles, car leur clé est détruite ; des restes chiffrés, et un index d’adresses à clé, quittent les sauvegardes sous 30 jours.",
    "protected.risk":
      "Aucune méthode n’est parfaitement sûre. En cas de violation, les entreprises concernées sont averties sans retard et l’autorité sous 72 heures.",
    "cookies.none": "Il n’y a rien d’autre : aucune publicité, et rien de tiers avant que vous l’ayez accepté.",
    "cookies.counted":
      "Le nombre d’ouvertures des pages publiques est compté par jour, sans cookie et sans rien à votre sujet.",
    "cookies.gpc": "Un signal Global Privacy Control est respecté comme un refus, et comme une opposition au comptage.",
    may: "Vous pouvez {what}.",
    "how.ask":
      "Client d’une entreprise ici : demandez-lui dans votre discussion le lien vers votre propre page. Personne qui se connecte : dans les paramètres, ou par e-mail.",
    "how.write":
      "Dans tous les cas : {contact}. La réponse arrive dans un délai d’un mois. Les comptes sont réservés aux adultes (18 ans et plus).",
  },
  category: {
    "organization.name": "Nom de l’espace de travail",
    "user.content": "Ce qui a été dit : textes, fichiers, notes, et ce qui a été noté sur une personne",
    "user.name": "Noms",
    "user.contact.email": "Adresses e-mail",
    "user.contact.phone_number": "Numéros de téléphone",
    "user.unique_id": "Numéros de téléphone et identifiants auprès des services de messagerie",
    "user.device": "Adresse réseau et type de navigateur",
    "user.behavior": "Quand quelque chose a été utilisé pour la dernière fois",
    "credential.verifier": "Empreintes de mots de passe, de clés et de liens",
    "credential.secret": "Secrets des canaux et des webhooks",
    "financial.invoice": "Factures",
  },
  purpose: {
    deliver: "pour acheminer les messages",
    inbox: "pour la boîte de réception partagée",
    security: "pour la sécurité du service",
    insight: "pour des chiffres sans noms",
    billing: "pour facturer",
    account: "pour gérer les comptes",
  },
  basis: {
    contract: "nécessaire à un contrat",
    legitimate_interests: "un intérêt légitime",
    legal_obligation: "la loi l’exige",
    consent: "seulement après votre accord",
  },
  protect: {
    plain: "tel quel",
    sealed: "chiffré sous une clé de la personne ou de l’espace concerné",
    hash: "comme empreinte seulement",
    "blind-index": "comme empreinte à clé",
  },
  right: {
    access: "voir ce qui est conservé à votre sujet",
    portability: "en emporter une copie, lisible par des personnes et par des programmes",
    rectify: "le faire rectifier",
    erase: "le faire effacer",
    restrict: "en faire limiter l’usage",
    object: "vous opposer à son usage",
    withdraw: "retirer un consentement, aussi facilement que vous l’avez donné",
    complaint: "introduire une réclamation, auprès de nous et de votre autorité de protection des données",
    human_review: "le faire examiner par une personne : rien ici ne décide de vous de façon automatique",
  },
  change: {
    new_category: "Un nouveau type de données est conservé",
    new_purpose: "Des données servent à quelque chose de nouveau",
    new_recipient: "Un nouveau destinataire reçoit des données",
    new_country: "Des données vont dans un nouveau pays",
    longer_retention: "Des données sont conservées plus longtemps",
    weaker_protection: "Des données sont moins protégées",
    lost_right: "Un droit disparaît",
    other: "Formulation, ou moins qu’avant",
  },
  necessity: {
    strictly_necessary: "strictement nécessaire",
    preference: "une préférence que vous avez choisie",
    analytics: "mesure d’audience, après votre accord",
  },
  kept: {
    parent: "aussi longtemps que ce à quoi cela appartient",
    day: "un jour au plus",
    days: "{days} jours au plus",
    forDays: "{count} jours",
    forMinutes: "{count} min",
    "with-row": "avec ce à quoi cela appartient",
    "in-memory": "jusqu’à la fin du processus",
    "until-removed": "jusqu’à sa suppression",
  },
  recipient: {
    meta_whatsapp_cloud: {
      does: "Achemine les messages entre l’entreprise et les personnes sur WhatsApp.",
      when: "Un espace de travail connecte un canal WhatsApp Cloud API.",
      country: "Irlande et États-Unis, ou la région choisie pour le numéro",
    },
    whatsapp_linked: {
      does: "Achemine les messages d’un numéro WhatsApp ordinaire dont le titulaire a associé ce serveur comme appareil.",
      when: "Un espace de travail associe un téléphone, après avoir accepté que ce n’est pas une API officielle.",
      country: "Irlande et États-Unis",
    },
    mail_server: {
      does: "Remet les invitations, les liens de connexion et les avis aux personnes qui travaillent avec le produit.",
      when: "L’exploitant définit SMTP_URL.",
      country: asChosen,
    },
    object_store: {
      does: "Conserve les fichiers reçus et envoyés, scellés avant de quitter le serveur.",
      when: "L’exploitant définit S3_BUCKET.",
      country: asChosen,
    },
    database: {
      does: "Conserve toutes les tables. Ce qui a été dit, les noms et les adresses sont scellés avant d’être écrits.",
      when: "L’exploitant définit DATABASE_URL ; sinon, la base de données fonctionne dans le produit lui-même.",
      country: asChosen,
    },
    simulators_and_proxies: {
      does: "Tiennent lieu de fournisseur : simulateurs, ou proxys de l’exploitant.",
      when: "L’exploitant définit KEEPWORD_PROVIDER_ORIGINS.",
      country: asChosen,
    },
    google_analytics: {
      does: "Compte les visites des pages publiques, chez les visiteurs qui ont accepté, sans signaux publicitaires.",
      when: "L’exploitant définit KEEPWORD_GA_ID, et seulement chez les visiteurs qui ont accepté.",
      country: "Irlande et États-Unis",
    },
  },
  cookie: {
    kw: "Le signe d’un navigateur connecté (`__Host-kw` en https) ; le serveur en conserve l’empreinte.",
    kw_page:
      "Lie la page d’un contact au navigateur qui a montré un code, pendant une heure, sur cette page seulement.",
    kw_choice:
      "Ce qu’un visiteur a choisi pour la mesure d’audience, et l’identifiant de la preuve ; posé uniquement par ce choix.",
    _ga: "Google Analytics : distingue un navigateur des autres sur les pages publiques.",
    "_ga_*":
      "Google Analytics : quand la visite d’un navigateur a commencé. Le reste du nom est l’ID de mesure de l’exploitant.",
    "keepword.prefs": "Apparence, langue et disposition, dès que quelqu’un les a choisies.",
  },
};
