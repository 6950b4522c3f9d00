// docs/asvs.md: the checklist of OWASP ASVS as a document.
import { chapterOf, chapters, countStates, stateWords, type Checklist } from "../server/privacy/asvs.ts";

/** The outcome of the tests is left out: it belongs to a run, and a running server shows it. */
export function printAsvs({ answers, edition, version, source, licence }: Checklist, note: string): string {
  const sections = Object.entries(chapters).map(([chapter, name]) => {
    const rows = answers
      .filter((answer) => chapterOf(answer) === chapter)
      .map(({ id, level, asks, state, because, tests = [], files = [] }) => {
        const evidence = [...tests.map(cell), ...files.map((file) => `\`${file}\``)].join("<br>");
        return `| V${id} | ${level} | ${cell(asks)} | ${stateWords[state]} | ${cell(because)} | ${evidence} |`;
      });
    const head = "| id | level | asks | | why | evidence |\n|---|---|---|---|---|---|";
    return `## V${chapter} ${name}\n${head}\n${rows.join("\n")}\n`;
  });
  return `# OWASP ASVS ${edition}, levels 1 and 2, for Keepword ${version}

${note}
${answers.length} requirements: ${countStates(answers.map(({ state }) => state))}. The project answers for itself; nobody else looked. A running server shows the list at \`/privacy/security\`, with how each test ended.

What a requirement asks is in our own words, after the [OWASP Application Security Verification Standard](${source}), whose text counts; it and this list are under ${licence}.

${sections.join("\n")}`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
