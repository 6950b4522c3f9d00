const make = (tag, properties, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter(Boolean));
  return node;
};

const iconButton = (name, label, onclick) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  const button = make("button", { type: "button", className: "icon", title: label, onclick }, svg);
  button.setAttribute("aria-label", label);
  return button;
};

/** One message as the phone of `mine` shows it. */
export function bubbleOf(message, mine, acts) {
  const isMine = message.from === mine;
  const bubble = make("div", { className: message.reactions.length > 0 ? "bubble reacted" : "bubble" });
  const quoted = message.replyTo && acts.quoted(message.replyTo);
  if (quoted) bubble.append(make("p", { className: "quoted", dir: "auto", textContent: quoted.text || quoted.type }));
  bubble.append(...contentOf(message), metaOf(message, isMine));
  if (message.reactions.length > 0) {
    const emojis = message.reactions.map((one) => one.emoji).join("");
    bubble.append(make("span", { className: "reactions", textContent: emojis }));
  }
  const row = make("div", { className: isMine ? "message mine" : "message" }, bubble, !isMine && actsOf(message, acts));
  row.dataset.id = message.id;
  return row;
}

function contentOf(message) {
  if (message.isRevoked) return [make("p", { textContent: "This message was deleted." })];
  const source = `/control/media/${message.id}`;
  const text = message.text ? [make("p", { dir: "auto", textContent: message.text })] : [];
  switch (message.type) {
    case "image":
    case "sticker":
      return [make("img", { src: source, alt: message.text || "Photo", className: message.type }), ...text];
    case "audio":
    case "voice": {
      const audio = make("audio", { src: source, controls: true, preload: "metadata" });
      audio.setAttribute("aria-label", "Voice note");
      return [audio];
    }
    case "video":
    case "document": {
      const textContent = message.text || (message.type === "video" ? "Video" : "Document");
      return [make("p", {}, make("a", { href: source, target: "_blank", rel: "noreferrer", textContent }))];
    }
    default:
      return text.length > 0 ? text : [make("p", { textContent: message.type })];
  }
}

function metaOf(message, isMine) {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(message.at);
  const meta = make("span", { className: "meta", textContent: message.isEdited ? `${time} · edited` : time });
  if (!isMine) return meta;
  const best = message.receipts.some((one) => one.status !== "delivered");
  const ticks = best ? "✓✓" : message.receipts.length > 0 ? "✓✓" : "✓";
  const mark = make("span", { className: best ? "ticks read" : "ticks", textContent: ` ${ticks}` });
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", best ? "read" : message.receipts.length > 0 ? "delivered" : "sent");
  meta.append(mark);
  return meta;
}

function actsOf(message, acts) {
  return make(
    "div",
    { className: "acts" },
    iconButton("reply", "Reply", () => acts.reply(message.id)),
    iconButton("heart", "React with a heart", () => void acts.react(message.id, "❤️")),
  );
}
