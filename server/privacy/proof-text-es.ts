import type { ProofText } from "./proof-text-en.ts";

export const es: ProofText = {
  short: "En resumen",
  security: {
    title: "Seguridad",
    intro:
      "Lo que el proyecto encontró al comparar la versión {version} con una lista pública de requisitos, OWASP ASVS {edition}, niveles 1 y 2. Responde por sí mismo; nadie más lo ha mirado.",
    total: "Requisitos",
    project: "El proyecto revisó la versión {version} el {at}.",
    own: "El operador revisó este servidor el {at} ({by}).",
    ownNone: "El operador de este servidor todavía no ha anotado ninguna revisión.",
    open: "Lo que no se cumple; los motivos están abajo, en su capítulo",
    reviews: "Revisiones",
    looked: "Qué miró el proyecto",
    report: "El informe del operador",
    every: "Cada requisito",
    everyIntro: "Lo que pide un requisito está en nuestras palabras, en inglés. Vale el texto de la norma:",
    id: "Número",
    asks: "Pide",
    state: "Estado",
    why: "Por qué",
    evidence: "Pruebas",
  },
  state: {
    met: "cumplido",
    unproved: "dado por cumplido, no probado en la ejecución registrada",
    not_applicable: "no aplicable",
    not_met: "no cumplido",
  },
  chapters:
    "Codificación y saneamiento;Validación y lógica de negocio;Páginas web;API;Archivos;Autenticación;Sesiones;Autorización;Tokens autónomos;OAuth y OIDC;Criptografía;Comunicación;Configuración;Protección de datos;Código y arquitectura;Registros y errores;WebRTC",
  evidence: {
    title: "Qué está probado",
    intro: "Cada promesa de abajo la sostienen pruebas que se ejecutan con el software real.",
    proved: "Promesas probadas",
    faults: "Fallos deliberados que estas pruebas notaron",
    checked: "Comprobado por última vez el {at}, versión {commit}.",
    unchecked: "Esta versión todavía no se ha comprobado, así que no se afirma nada.",
    only: "Una promesa sin una prueba superada no está en esta página.",
    pending: "Pendiente: no se afirma",
    pendingIntro: "Promesas sobre funciones que todavía no existen.",
    promise: "Promesa",
    test: "Prueba",
    function: "Función",
    tests: "Pruebas: {n}",
    security: "Revisiones y lista de comprobación de la seguridad",
  },
  category: {
    ...{ data: "Datos", sec: "Seguridad", ret: "Conservar y eliminar", rights: "Derechos" },
    ...{ cons: "Consentimiento", share: "Transmisión", comm: "Avisos", cook: "Cookies" },
    ...{ feat: "Funciones", bill: "Pago" },
  },
};
