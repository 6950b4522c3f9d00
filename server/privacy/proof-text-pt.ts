import type { ProofText } from "./proof-text-en.ts";

export const pt: ProofText = {
  short: "Em resumo",
  security: {
    title: "Segurança",
    intro:
      "O que o projeto encontrou ao comparar a versão {version} com uma lista pública de requisitos, OWASP ASVS {edition}, níveis 1 e 2. Ele responde por si; ninguém mais verificou.",
    total: "Requisitos",
    project: "O projeto revisou a versão {version} em {at}.",
    own: "O operador revisou este servidor em {at} ({by}).",
    ownNone: "O operador deste servidor ainda não registrou nenhuma revisão.",
    open: "O que não é cumprido; os motivos estão abaixo, no capítulo",
    reviews: "Revisões",
    looked: "O que o projeto verificou",
    report: "O relatório do operador",
    every: "Cada requisito",
    everyIntro: "O que um requisito pede está em nossas palavras, em inglês. Vale o texto da norma:",
    id: "Número",
    asks: "Pede",
    state: "Estado",
    why: "Por quê",
    evidence: "Provas",
  },
  state: {
    met: "cumprido",
    unproved: "dado como cumprido, não provado na execução registrada",
    not_applicable: "não se aplica",
    not_met: "não cumprido",
  },
  chapters:
    "Codificação e limpeza;Validação e lógica de negócio;Páginas web;API;Arquivos;Autenticação;Sessões;Autorização;Tokens autônomos;OAuth e OIDC;Criptografia;Comunicação;Configuração;Proteção de dados;Código e arquitetura;Registros e erros;WebRTC",
  evidence: {
    title: "O que está provado",
    intro: "Cada promessa abaixo é mantida por testes que rodam no software real.",
    proved: "Promessas provadas",
    faults: "Falhas propositais que estes testes notaram",
    checked: "Verificado pela última vez em {at}, estado {commit}.",
    unchecked: "Esta versão ainda não foi verificada; nada é afirmado.",
    only: "Uma promessa sem teste aprovado não está nesta página.",
    pending: "Pendente: não afirmado",
    pendingIntro: "Promessas sobre funções que ainda não existem.",
    promise: "Promessa",
    test: "Prova",
    function: "Função",
    tests: "Testes: {n}",
    security: "Revisões e lista de verificação da segurança",
  },
  category: {
    ...{ data: "Dados", sec: "Segurança", ret: "Guardar e excluir", rights: "Direitos" },
    ...{ cons: "Consentimento", share: "Compartilhamento", comm: "Avisos", cook: "Cookies" },
    ...{ feat: "Funções", bill: "Pagamento" },
  },
};
