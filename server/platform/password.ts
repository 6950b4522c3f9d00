import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from "node:crypto";
import { promisify } from "node:util";
import { normaliseText } from "./words.ts";

/** The password breaks a rule; `rule` says which. The message is for people. */
export class PasswordRefused extends Error {
  override name = "PasswordRefused";
  readonly rule: "too_short" | "too_long" | "too_common";
  constructor(rule: PasswordRefused["rule"]) {
    super(rules[rule]);
    this.rule = rule;
  }
}

/** Too many hashes are waiting: answer 429. Without this limit a flood of sign-ins would take the machine down. */
export class PasswordBusy extends Error {
  override name = "PasswordBusy";
  readonly retryAfterMs = 2_000;
  constructor() {
    super("too many sign-ins at once");
  }
}

const minLetters = 12;
const maxLetters = 128;
const rules = {
  too_short: `Use at least ${minLetters} characters.`,
  too_long: `Use at most ${maxLetters} characters.`,
  too_common: "This password is easy to guess: it is among those tried first.",
};

// OWASP ASVS 5.0: with t = 2 at least 19 MiB. About 100 ms on one core.
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const tagBytes = 32;
const maxRunning = 4;
const maxWaiting = 32;

/** An argon2id PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. Throws PasswordBusy. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const tag = await derive(password, salt, cost, tagBytes);
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`;
}

/**
 * Whether the password belongs to the stored hash. With null (no such person) it does the same work and says false, so that
 * the time tells nothing. A damaged hash matches nothing. Throws PasswordBusy.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parsed = stored === null ? undefined : parse(stored);
  if (!parsed || Array.from(password).length > maxLetters) {
    await derive("", Buffer.alloc(saltBytes), cost, tagBytes);
    return false;
  }
  return timingSafeEqual(await derive(password, parsed.salt, parsed.cost, parsed.tag.length), parsed.tag);
}

/** True when the hash was made with other costs than today's: hash again after the next successful sign-in. */
export function needsRehash(stored: string): boolean {
  const parsed = parse(stored);
  if (!parsed) return true;
  const { memory, passes, parallelism } = parsed.cost;
  return (
    memory !== cost.memory ||
    passes !== cost.passes ||
    parallelism !== cost.parallelism ||
    parsed.tag.length !== tagBytes
  );
}

/**
 * 12 to 128 characters, anything allowed, and not one that is tried first. `personal` holds words an attacker knows of this
 * person or place: e-mail address, name, workspace. Throws PasswordRefused.
 */
export function assertPasswordRules(password: string, personal: readonly string[] = []): void {
  const letters = Array.from(password.normalize("NFKC")).length;
  if (letters < minLetters) throw new PasswordRefused("too_short");
  if (letters > maxLetters) throw new PasswordRefused("too_long");
  const plain = normaliseText(password);
  const known = [...personal, ...personal.map((each) => each.split("@")[0] ?? "")].map(normaliseText);
  const bare = plain.replace(/[^\p{L}\p{N}]+/gu, "");
  if (commonLong.has(plain) || commonLong.has(bare)) throw new PasswordRefused("too_common");
  // A common word, perhaps written several times, with few digits and signs around it.
  const isMostlyWord = letters - plain.replace(/[^\p{L}]+/gu, "").length <= 8;
  const trimmed = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  const cores = [plain, readLeet(plain), readLeet(trimmed)].map((each) => each.replace(/[^\p{L}]+/gu, ""));
  if (isMostlyWord && cores.some((core) => core !== "" && commonWords.has(unit(core)))) {
    throw new PasswordRefused("too_common");
  }
  if (
    known.some((each) => each.length >= 4 && (plain === each || unit(bare) === each.replace(/[^\p{L}\p{N}]+/gu, "")))
  ) {
    throw new PasswordRefused("too_common");
  }
  if (unit(plain).length <= 4 || isRun(bare)) throw new PasswordRefused("too_common");
}

/** The shortest text of which this is a repetition: `abcabc` → `abc`. */
function unit(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at);
}

/** Letters that all follow each other, on the keyboard or in the alphabet, forwards or backwards. */
function isRun(text: string): boolean {
  const rows = [
    "0123456789".repeat(3),
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
  ];
  if (text.length < 6) return false;
  return rows.some((row) => row.includes(text) || [...row].toReversed().join("").includes(text));
}

function readLeet(text: string): string {
  const letters: Record<string, string> = {
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "@": "a",
    $: "s",
    "!": "i",
  };
  return text.replace(/[013457@$!]/g, (sign) => letters[sign] ?? sign);
}

// From the top of published leak statistics: the long ones as they are, and the words that people lengthen with digits.
const commonLong = new Set(
  (
    "qwertyuiop123 qwerty123456 qwerty1234567 123456qwerty password1234 1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5y6 zaq12wsxcde3 " +
    "a1b2c3d4e5f6 abc123456789 abcd12345678 123456789abc 123456789qwe 1234567890qwe asd123456789 asdfghjkl123 zxcvbnm12345 " +
    "102030405060 147258369147 159753456852 112233445566 123654789123 987654321987 741852963741 111222333444 121212121212 " +
    "unbelievable thisismypassword mypassword123 trustno1trustno1 correcthorsebatterystaple letmeinplease iloveyouforever " +
    "iloveyousomuch fuckyoufuckyou 0123456789abcdef google123456 linkedin1234 1234qwerasdf qwer1234asdf qweasdzxc123 " +
    "qazwsxedcrfv 1qazxsw23edc passw0rdpassw0rd administrator1 whatsapp1234"
  ).split(" "),
);
const commonWords = new Set(
  (
    "password passwords passwort motdepasse contrasena senha parola katalaluan katasandi sandi kunci qwerty qwertyuiop azerty " +
    "qwertz asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc qweasd qweasdzxc abc abcd abcdef abcdefg letmein welcome " +
    "selamat login admin administrator root user guest test testing tester demo default changeme changethis secret secure " +
    "iloveyou ilovehim iloveher lovely sunshine princess monkey dragon football baseball basketball soccer superman batman " +
    "pokemon starwars master shadow michael jordan jennifer jessica ashley charlie thomas daniel matthew andrew joshua killer " +
    "freedom whatever trustno trustnoi hello helloworld computer internet google facebook instagram whatsapp messenger " +
    "telegram keepword business company office samsung iphone android windows microsoft apple summer winter spring autumn " +
    "january february march april june july august september october november december monday friday sunday malaysia " +
    "indonesia singapore liverpool chelsea arsenal manchester barcelona realmadrid jesus jesuschrist bismillah alhamdulillah " +
    "insyaallah allahuakbar mohammed muhammad ferrari mercedes porsche mustang corvette harley cookie chocolate banana cheese " +
    "pepper ginger hunter ranger buster tigger maggie purple orange yellow flower angel angels lovelove fuckyou asshole " +
    "passwordpassword mypassword yourpassword newpassword temppassword temporary passw"
  ).split(" "),
);

const run = promisify(argon2);
let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, costs: typeof cost, length: number): Promise<Buffer> {
  if (running >= maxRunning) {
    if (waiting.length >= maxWaiting) throw new PasswordBusy();
    await new Promise<void>((done) => waiting.push(done));
  } else {
    running += 1;
  }
  try {
    // NFKC (NIST SP 800-63B): the same password typed on another keyboard gives the same bytes.
    const message = Buffer.from(password.normalize("NFKC"), "utf8");
    const parameters: Argon2Parameters = { message, nonce: salt, ...costs, tagLength: length };
    return await run("argon2id", parameters);
  } finally {
    // The place is handed on, not freed, so that a newcomer cannot slip past those who wait.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function parse(stored: string): { salt: Buffer; tag: Buffer; cost: typeof cost } | undefined {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/.exec(
      stored,
    );
  if (!match) return undefined;
  const [, memory, passes, parallelism, salt = "", tag = ""] = match;
  const costs = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  if (costs.passes < 1 || costs.parallelism < 1 || costs.memory < 8 * costs.parallelism) return undefined;
  return { salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64"), cost: costs };
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
