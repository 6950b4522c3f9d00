import { bubbleOf } from "./bubble.js";

const at = (id) => document.getElementById(id);
const log = at("log");
const input = at("text");
const state = { person: "wanjiru", people: [], messages: new Map(), replyTo: null, typingTimer: 0, reading: false };

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

async function say(what) {
  try {
    await call("says", {
      person: state.person,
      wait: "none",
      ...(state.replyTo ? { replyTo: state.replyTo } : {}),
      ...what,
    });
    reply(null);
  } catch (error) {
    tell(error.message, true);
  }
}

function tell(text, isBad) {
  at("webhook").textContent = text;
  at("webhook").classList.toggle("bad", isBad);
}

function chatOf(person) {
  return [...state.messages.values()].filter((message) => message.person === person && message.type !== "reaction");
}

function isUnread(message) {
  return message.direction === "out" && (message.status === "sent" || message.status === "delivered");
}

function drawPeople() {
  const items = state.people
    .filter((person) => !person.stranger || chatOf(person.key).length > 0)
    .map((person) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-current", String(person.key === state.person));
      const avatar = Object.assign(document.createElement("span"), {
        className: "avatar",
        textContent: [...person.name][0],
      });
      avatar.setAttribute("aria-hidden", "true");
      const name = document.createElement("span");
      name.append(Object.assign(document.createElement("bdi"), { textContent: person.name }));
      const address = person.waId
        ? `+${person.waId}`
        : person.username
          ? `@${person.username}, no number`
          : "no number";
      name.append(Object.assign(document.createElement("small"), { textContent: address }));
      button.append(avatar, name);
      const unread = chatOf(person.key).filter(isUnread).length;
      if (unread > 0 && person.key !== state.person) {
        const count = Object.assign(document.createElement("span"), { className: "count", textContent: unread });
        count.setAttribute("aria-label", `${unread} unread`);
        count.setAttribute("role", "img");
        button.append(count);
      }
      button.addEventListener("click", () => choose(person.key));
      const item = document.createElement("li");
      item.append(button);
      return item;
    });
  const focused = [...at("people").querySelectorAll("button")].indexOf(document.activeElement);
  at("people").replaceChildren(...items);
  if (focused >= 0) items[focused]?.querySelector("button").focus();
}

const acts = {
  say,
  reply,
  quoted: (id) => state.messages.get(id),
  play: (messageId) => call("plays", { messageId }),
  react: (messageId, emoji) => say({ reaction: { messageId, emoji } }),
};

function drawChat() {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const messages = chatOf(state.person).sort((a, b) => a.at - b.at);
  if (messages.length === 0) {
    const hint = Object.assign(document.createElement("p"), { className: "empty" });
    hint.textContent = "Nothing here yet. Say hello, or send the photo.";
    return log.replaceChildren(hint);
  }
  const shown = new Map([...log.children].map((node) => [node.dataset.id, node]));
  let previous;
  const nodes = messages.map((message) => {
    const version = JSON.stringify([
      message.status,
      message.text,
      message.reactions,
      message.readByBusiness,
      message.revoked,
    ]);
    const old = shown.get(message.id);
    const node = old?.dataset.version === version ? old : bubbleOf(message, acts);
    node.dataset.version = version;
    node.classList.toggle("gap", previous !== message.direction);
    node.classList.toggle("new", !old && shown.size > 0);
    previous = message.direction;
    return node;
  });
  log.replaceChildren(...nodes);
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function draw() {
  drawPeople();
  drawChat();
  void read();
}

/** The person looks at the chat: what has arrived is read. */
async function read() {
  if (document.hidden || state.reading || !chatOf(state.person).some((one) => one.status === "delivered")) return;
  state.reading = true;
  await call("reads", { person: state.person }).catch(() => {});
  state.reading = false;
}

function choose(key) {
  state.person = key;
  history.replaceState(null, "", `#${key}`);
  const person = state.people.find((one) => one.key === key);
  at("as").textContent = person ? `as ${person.name}` : "";
  reply(null);
  showTyping(false);
  log.replaceChildren();
  draw();
  at("people").querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  log.scrollTop = log.scrollHeight;
}

function reply(id) {
  state.replyTo = id;
  at("quote").hidden = id === null;
  if (id === null) return;
  const message = state.messages.get(id);
  at("quote").querySelector("p").textContent = message.text || message.type;
  input.focus();
}

function showTyping(isTyping) {
  clearTimeout(state.typingTimer);
  at("presence").textContent = isTyping ? "typing…" : "business account";
  at("presence").classList.toggle("typing", isTyping);
  if (isTyping) state.typingTimer = setTimeout(() => showTyping(false), 25_000);
}

async function load() {
  const info = await (await fetch("/control")).json();
  at("business-name").textContent = at("chat-title").textContent = info.verifiedName;
  at("business-avatar").textContent = info.verifiedName[0];
  if (info.webhookUrl) tell(`Messages go to ${new URL(info.webhookUrl).host}.`, false);
  else tell("No webhook is set, so nothing receives these messages.", true);
  state.people = await call("people");
  const { messages } = await call("chat", {});
  state.messages = new Map(messages.map((message) => [message.id, message]));
  const wanted = location.hash.slice(1);
  choose(state.people.some((person) => person.key === wanted) ? wanted : state.person);
}

const stream = new EventSource("/control/stream");
stream.addEventListener("open", () => void load());
stream.addEventListener("message", ({ data }) => void apply(JSON.parse(data)));

async function apply(event) {
  if (event.kind === "typing" && event.person === state.person) return showTyping(true);
  if (event.kind === "people") state.people = await call("people");
  if (event.kind === "delivery") {
    if (event.state === "gave_up") tell("The server did not take the last message.", true);
    else if (event.url) tell(`Messages go to ${new URL(event.url).host}.`, false);
    return;
  }
  if (event.message) {
    state.messages.set(event.message.id, event.message);
    if (event.kind === "message" && event.message.direction === "out" && event.message.person === state.person)
      showTyping(false);
  }
  draw();
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  log.scrollTop = log.scrollHeight;
  void say({ text });
});
for (const button of document.querySelectorAll("[data-send]")) {
  button.addEventListener("click", () => void say({ [button.dataset.send]: true }));
}
at("unquote").addEventListener("click", () => reply(null));
document.addEventListener("visibilitychange", () => void read());
