const make = (tag, properties, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter(Boolean));
  return node;
};

const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
};

const iconButton = (name, label, onclick) => {
  const button = make("button", { type: "button", className: "icon", title: label, onclick }, icon(name));
  button.setAttribute("aria-label", label);
  return button;
};

/** One message as the person's phone shows it. */
export function bubbleOf(message, acts) {
  const isMine = message.direction === "in";
  const bubble = make("div", { className: message.reactions.length > 0 ? "bubble reacted" : "bubble" });
  const quoted = message.replyTo && acts.quoted(message.replyTo);
  if (quoted) bubble.append(make("p", { className: "quoted", dir: "auto", textContent: quoted.text || quoted.type }));
  bubble.append(...contentOf(message, acts), metaOf(message, isMine));
  if (message.reactions.length > 0) {
    bubble.append(
      make("span", { className: "reactions", textContent: message.reactions.map((one) => one.emoji).join("") }),
    );
  }
  const row = make("div", { className: isMine ? "message mine" : "message" }, bubble, !isMine && actsOf(message, acts));
  row.dataset.id = message.id;
  return row;
}

function contentOf(message, acts) {
  if (message.revoked) return [make("p", { textContent: "This message was deleted." })];
  const body = message.body[message.type] ?? {};
  const media = mediaOf(message, message.type, body, acts);
  const parts = media ? [media] : [];
  if (message.type === "template") parts.push(...templateMedia(message, acts));
  if (message.type === "location") {
    const place = [body.name, body.address].filter(Boolean).join(", ");
    parts.push(make("p", { dir: "auto", textContent: place || `${body.latitude}, ${body.longitude}` }));
  } else if (message.type === "contacts") {
    const names = (Array.isArray(body) ? body : []).map((contact) => contact.name?.formatted_name ?? "");
    parts.push(make("p", { dir: "auto", textContent: `Contact: ${names.join(", ")}` }));
  } else if (message.text && message.type !== "document") {
    parts.push(make("p", { dir: "auto", textContent: message.text }));
  }
  if (parts.length === 0) parts.push(make("p", { textContent: message.type }));
  const choices = choicesOf(message, acts);
  if (choices.length > 0) parts.push(make("div", { className: "choices" }, ...choices));
  return parts;
}

function mediaOf(message, type, body, acts) {
  const source = body.id ? `/control/media/${body.id}` : null;
  if (type === "image" || type === "sticker") {
    const alt = body.caption || (type === "sticker" ? "Sticker" : "Photo");
    return source ? make("img", { src: source, alt, className: type }) : make("p", { textContent: "Photo by link" });
  }
  if (type === "audio" && source) {
    const audio = make("audio", { src: source, controls: true, preload: "metadata" });
    audio.setAttribute("aria-label", "Voice note");
    if (message.direction === "out" && body.voice) audio.onplay = () => void acts.play(message.id);
    return audio;
  }
  if (type === "document" || type === "video") {
    const name = body.filename || (type === "video" ? "Video" : "Document");
    const href = source ?? body.link;
    return make("p", {}, make("a", { href, target: "_blank", rel: "noreferrer", textContent: name }));
  }
  return null;
}

function templateMedia(message, acts) {
  const header = message.body.template?.components?.find((part) => part.type.toLowerCase() === "header");
  const parameter = header?.parameters?.[0];
  const node = parameter && mediaOf(message, parameter.type, parameter[parameter.type] ?? {}, acts);
  return node ? [node] : [];
}

/** Reply buttons, list rows and a template's quick replies; each answers as the person's tap would. */
function choicesOf(message, acts) {
  if (message.direction !== "out") return [];
  const replyTo = message.id;
  const choice = (title, what) =>
    make("button", {
      type: "button",
      textContent: title,
      dir: "auto",
      onclick: () => void acts.say({ ...what, replyTo }),
    });
  const action = message.body.interactive?.action ?? {};
  const buttons = (action.buttons ?? []).map(({ reply }) => choice(reply.title, { buttonReply: reply }));
  const rows = (action.sections ?? []).flatMap((section) => section.rows ?? []);
  const listed = rows.map((row) => choice(row.title, { listReply: row }));
  const quick = (message.quickReplies ?? []).map(({ title, payload }) =>
    choice(title, { templateReply: { text: title, payload } }),
  );
  const link = action.name === "cta_url" && action.parameters;
  const place = action.name === "send_location" && choice("Send location", { location: true });
  const linked =
    link && make("a", { href: link.url, target: "_blank", rel: "noreferrer", textContent: link.display_text });
  return [...buttons, ...listed, ...quick, linked, place].filter(Boolean);
}

function metaOf(message, isMine) {
  const time = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const meta = make("span", { className: "meta", textContent: message.edited ? `edited ${time}` : time });
  if (isMine) {
    const ticks = make("span", { className: message.readByBusiness ? "ticks read" : "ticks", textContent: " ✓✓" });
    ticks.setAttribute("role", "img");
    ticks.setAttribute("aria-label", message.readByBusiness ? "read by the business" : "sent");
    meta.append(ticks);
  } else if (message.status === "failed") meta.append(" · not delivered");
  return meta;
}

function actsOf(message, acts) {
  const row = make("div", { className: "acts" });
  const emojis = ["👍", "❤️", "😂", "🙏"].map((emoji) => {
    const button = make("button", { type: "button", className: "icon emoji", textContent: emoji, hidden: true });
    button.setAttribute("aria-label", `React with ${emoji}`);
    button.onclick = () => void acts.react(message.id, emoji);
    return button;
  });
  const toggle = iconButton("smile", "React", () => {
    for (const button of emojis) button.hidden = !button.hidden;
    toggle.setAttribute("aria-expanded", String(!emojis[0].hidden));
  });
  toggle.setAttribute("aria-expanded", "false");
  row.append(
    iconButton("reply", "Reply", () => acts.reply(message.id)),
    toggle,
    ...emojis,
  );
  return row;
}
