import { bubbleOf } from "./bubble.js";

const at = (id) => document.getElementById(id);
const log = at("log");
const input = at("text");
const state = { me: null, other: null, phones: [], groups: [], messages: new Map(), replyTo: null, typingTimer: 0 };

async function call(name, body) {
  const response = await fetch(`/control/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function tell(text, isBad = false) {
  at("notice").textContent = text;
  at("notice").classList.toggle("bad", isBad);
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    tell(error.message, true);
  }
}

const nameOf = (phone) => state.phones.find((one) => one.phone === phone)?.name ?? phone;

/** Messages of the open chat; what is only about another one is shown on that one. */
function chat() {
  const isHidden = ({ type }) => ["reaction", "edit", "revoke", "protocol"].includes(type);
  return [...state.messages.values()].filter(({ from, to, type }) => {
    if (isHidden({ type })) return false;
    if (state.other?.includes("@")) return to === state.other;
    return (from === state.me && to === state.other) || (from === state.other && to === state.me);
  });
}

function unreadOf(phone) {
  const isUnread = (one) => one.receipts.some((two) => two.by === phone && two.status === "delivered");
  return [...state.messages.values()].filter((one) => one.to === phone && isUnread(one)).length;
}

function drawPeople() {
  const items = state.phones.map(({ phone, name }) => {
    const avatar = Object.assign(document.createElement("span"), { className: "avatar", textContent: [...name][0] });
    avatar.setAttribute("aria-hidden", "true");
    const text = document.createElement("span");
    text.append(Object.assign(document.createElement("bdi"), { textContent: name }));
    text.append(Object.assign(document.createElement("small"), { textContent: `+${String(phone)}` }));
    const button = Object.assign(document.createElement("button"), { type: "button", onclick: () => choose(phone) });
    button.setAttribute("aria-current", String(phone === state.me));
    button.append(avatar, text);
    const unread = unreadOf(phone);
    if (unread > 0 && phone !== state.me) {
      const count = Object.assign(document.createElement("span"), { className: "count", textContent: unread });
      count.setAttribute("role", "img");
      count.setAttribute("aria-label", `${unread} unread`);
      button.append(count);
    }
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  at("people").replaceChildren(...items);
}

function drawDevices() {
  const linked = state.phones.flatMap((one) => one.devices.map((device) => ({ ...device, phone: one.phone })));
  const items = linked.map(({ phone, number, platform, isConnected }) => {
    const text = `+${phone} · ${platform || "device"} ${number} · ${isConnected ? "connected" : "away"}`;
    const item = Object.assign(document.createElement("li"), { textContent: text });
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "icon",
      textContent: "Log out",
      onclick: () => void attempt(() => call("unlink", { phone, device: number })),
    });
    item.append(button);
    return item;
  });
  at("devices").replaceChildren(...items);
}

function drawOthers() {
  const others = state.phones.filter((one) => one.phone !== state.me);
  const options = [
    ...others.toSorted((a, b) => b.devices.length - a.devices.length).map((one) => [one.phone, one.name]),
    ...state.groups
      .filter((one) => one.members.some(({ phone }) => phone === state.me))
      .map((one) => [one.jid, one.subject]),
  ];
  if (!options.some(([value]) => value === state.other)) {
    state.other = options[0]?.[0] ?? null;
  }
  at("other").replaceChildren(...options.map(([value, text]) => new Option(text, value, false, value === state.other)));
  at("other-avatar").textContent = [...(at("other").selectedOptions[0]?.text ?? "?")][0];
}

const acts = {
  reply,
  quoted: (id) => state.messages.get(id),
  react: (messageId, emoji) => say({ reaction: { messageId, emoji } }),
};

function drawChat() {
  const messages = chat().sort((a, b) => a.at - b.at);
  if (messages.length === 0) {
    const textContent = "Nothing here yet. Say hello.";
    return log.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent }));
  }
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const shown = new Map([...log.children].map((node) => [node.dataset.id, node]));
  const nodes = messages.map((message) => {
    const { text, reactions, receipts, isRevoked } = message;
    const version = JSON.stringify([state.me, text, reactions, receipts, isRevoked]);
    const old = shown.get(message.id);
    const node = old?.dataset.version === version ? old : bubbleOf(message, state.me, acts);
    node.dataset.version = version;
    return node;
  });
  log.replaceChildren(...nodes);
  if (isAtEnd || shown.size === 0) log.scrollTop = log.scrollHeight;
}

function draw() {
  drawPeople();
  drawDevices();
  drawOthers();
  drawChat();
  at("as").textContent = state.me ? `as ${nameOf(state.me)}` : "";
  void read();
}

/** The person looks at the chat: what has arrived is read. */
async function read() {
  const isUnread = (one) => one.receipts.some((two) => two.by === state.me && two.status === "delivered");
  const isOpen = !document.hidden && state.me !== null && state.other !== null;
  if (isOpen && chat().some(isUnread)) await attempt(() => call("reads", { person: state.me, chat: state.other }));
}

function choose(phone) {
  state.me = phone;
  history.replaceState(null, "", `#${phone}`);
  reply(null);
  log.replaceChildren();
  draw();
}

function reply(id) {
  state.replyTo = id;
  at("quote").hidden = id === null;
  if (id === null) return;
  const message = state.messages.get(id);
  at("quote").querySelector("p").textContent = message.text || message.type;
  input.focus();
}

async function say(what) {
  await attempt(async () => {
    const answers = state.replyTo ? { replyTo: state.replyTo } : {};
    await call("says", { person: state.me, to: state.other, ...answers, ...what });
    reply(null);
  });
}

function showTyping(isTyping) {
  clearTimeout(state.typingTimer);
  at("presence").textContent = isTyping ? "typing…" : "";
  at("presence").classList.toggle("typing", isTyping);
  if (isTyping) state.typingTimer = setTimeout(() => showTyping(false), 25_000);
}

const linksOf = (phones) => phones.flatMap((one) => one.devices.map(({ number }) => `${one.phone}/${number}`));

async function loadPhones() {
  const before = linksOf(state.phones);
  state.phones = await call("phones");
  state.groups = await call("groups");
  const fresh = linksOf(state.phones).find((one) => !before.includes(one));
  if (fresh !== undefined) writeTo(fresh.split("/")[0]);
}

/** Whoever links a phone wants to write to it next. Its owner is written to, and does not write. */
function writeTo(phone) {
  if (state.me === phone) state.me = state.phones.find((one) => one.devices.length === 0)?.phone ?? state.me;
  if (state.me === null || state.me === phone) return;
  state.other = phone;
  history.replaceState(null, "", `#${String(state.me)}`);
  reply(null);
  log.replaceChildren();
}

async function load() {
  await loadPhones();
  const messages = await call("messages");
  state.messages = new Map(messages.map((message) => [message.id, message]));
  const wanted = location.hash.slice(1);
  const first = state.phones.find((one) => one.devices.length === 0) ?? state.phones[0];
  at("linking").open = !state.phones.some((one) => one.devices.length > 0);
  choose(state.phones.some((one) => one.phone === wanted) ? wanted : (first?.phone ?? null));
}

async function apply(event) {
  if (event.kind === "typing") {
    if (event.to === state.me && event.from === state.other) showTyping(event.isTyping);
    return;
  }
  if (event.kind === "message") state.messages.set(event.message.id, event.message);
  else await loadPhones();
  draw();
}

const stream = new EventSource("/control/stream");
stream.addEventListener("open", () => void load());
stream.addEventListener("message", ({ data }) => void apply(JSON.parse(data)));

at("link").addEventListener("submit", (event) => {
  event.preventDefault();
  const phone = at("link-phone").value;
  const typed = at("link-code").value.trim();
  const isCode = typed.replaceAll("-", "").length === 8;
  tell("Linking…");
  void attempt(async () => {
    await (isCode ? call("enterCode", { phone, code: typed }) : call("scan", { phone, qr: typed }));
    at("link-code").value = "";
    at("linking").open = false;
    tell("Linked.");
  });
});
at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  void say({ text });
});
at("other").addEventListener("change", () => {
  state.other = at("other").value;
  log.replaceChildren();
  draw();
});
for (const button of document.querySelectorAll("[data-send]")) {
  button.addEventListener("click", () => void say({ [button.dataset.send]: true }));
}
at("unquote").addEventListener("click", () => reply(null));
document.addEventListener("visibilitychange", () => void read());
