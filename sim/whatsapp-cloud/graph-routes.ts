import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createHmac } from "node:crypto";
import { accountNode, listPhoneNumbers, subscription } from "./account.ts";
import { envelope, GraphError } from "./graph-errors.ts";
import { findMedia, mediaNode, openLink, uploadMedia } from "./media.ts";
import { phoneNode } from "./phone-numbers.ts";
import { handleMessages } from "./send.ts";
import type { Obj, PhoneNumber, SimState } from "./state.ts";
import { asObj, asObjs, asText, newTraceId } from "./state.ts";
import { createTemplate, deleteTemplates, editTemplate, listTemplates, templateNode } from "./templates.ts";
import { continueUpload, startUpload } from "./uploads.ts";
import { invalid } from "./validate-parts.ts";
import { handshake } from "./webhooks.ts";

export function registerGraph(app: FastifyInstance, state: SimState): void {
  app.route({
    method: ["GET", "POST", "DELETE"],
    url: "/*",
    handler: (request, reply) => answer(state, request, reply),
  });
  app.get("/whatsapp_business/attachments/", async (request, reply) => {
    if (tokenOf(state, request) === undefined) return reply.code(401).send();
    const query = request.query as { mid?: string; hash?: string };
    const item = openLink(state, query.mid ?? "", query.hash ?? "");
    if (!item) return reply.code(404).send();
    return reply.type(item.mime).header("content-length", item.bytes.length).send(item.bytes);
  });
}

export function sendGraphError(error: GraphError, reply: FastifyReply): FastifyReply {
  const traceId = newTraceId();
  if (error.code === 190) void reply.header("www-authenticate", `OAuth "Facebook Platform" "invalid_token"`);
  return reply.code(error.http).header("x-fb-trace-id", traceId).send(envelope(error, traceId));
}

/** The token of the request if it is a valid one: header `Bearer` or `OAuth`, or the `access_token` parameter. */
function tokenOf(state: SimState, request: FastifyRequest): string | undefined {
  const header = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const token = header ?? asText(asObj(request.query)?.access_token);
  return token !== undefined && state.accessTokens.has(token) ? token : undefined;
}

async function answer(state: SimState, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  try {
    return await dispatch(state, request, reply);
  } catch (error) {
    if (error instanceof GraphError) return sendGraphError(error, reply);
    throw error;
  }
}

/** `/v26.0/node/edge`; without a version the app's default one is meant. */
function partsOf(url: string): { version: string; node: string; edge: string | undefined } {
  const parts = (url.split("?")[0] ?? "")
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const version = /^v\d+\.\d+$/.test(parts[0] ?? "") ? (parts.shift() ?? "") : "v26.0";
  const [node = "", edge, ...rest] = parts;
  if (node === "" || rest.length > 0)
    throw new GraphError(2500, { message: `Unknown path components: /${parts.join("/")}` });
  return { version, node, edge };
}

interface Call {
  method: string;
  edge: string | undefined;
  query: Obj;
  body: Obj;
  token: string;
  request: FastifyRequest;
  reply: FastifyReply;
}

async function dispatch(state: SimState, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { version, node, edge } = partsOf(request.url);
  const token = tokenOf(state, request);
  if (token === undefined) {
    const wasGiven = request.headers.authorization !== undefined;
    const message = wasGiven
      ? "Invalid OAuth access token - Cannot parse access token"
      : "An access token is required to request this resource.";
    throw new GraphError(190, { message });
  }
  const query = asObj(request.query) ?? {};
  const body = asObj(request.body) ?? {};
  checkProof(state, token, asText(query.appsecret_proof) ?? asText(body.appsecret_proof));
  if (query.date_format !== undefined)
    throw new GraphError(100, { message: "(#100) date_format is no longer supported" });
  const call: Call = { method: request.method, edge, query, body, token, request, reply };
  reply
    .header("x-app-usage", '{"call_count":1,"total_cputime":0,"total_time":1}')
    .header("facebook-api-version", version);

  const phone = state.phoneNumbers.get(node);
  if (phone) return onPhone(state, phone, call);
  if (node === state.wabaId) return onAccount(state, call);
  if (node === state.appId && edge === "subscriptions" && call.method === "POST") return subscribeApp(state, call);
  if (node === state.appId && edge === "uploads" && call.method === "POST")
    return startUpload(state, { ...query, ...body });
  if (node.startsWith("upload:") && !edge) return continueUpload(state, node, request);
  const template = state.templates.get(node);
  if (template && !edge) {
    if (call.method === "GET")
      return templateNode(template, asText(query.fields) ?? "name,status,category,language,components");
    if (call.method === "POST") return editTemplate(template, body);
  }
  const media = findMedia(state, node);
  if (media && !edge) {
    if (call.method === "GET") return mediaNode(state, media);
    if (call.method === "DELETE") return { success: state.media.delete(media.id) };
  }
  throw unsupported(call.method, node);
}

function unsupported(method: string, node: string): GraphError {
  const message = `Unsupported ${method.toLowerCase()} request. Object with ID '${node}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`;
  return new GraphError(100, { subcode: 33, message });
}

function checkProof(state: SimState, token: string, proof: string | undefined): void {
  if (proof === undefined) return;
  if (proof === createHmac("sha256", state.appSecret).update(token).digest("hex")) return;
  throw new GraphError(100, { message: "Invalid appsecret_proof provided in the API argument" });
}

async function onPhone(state: SimState, phone: PhoneNumber, call: Call): Promise<unknown> {
  const { body, query } = call;
  switch (`${call.method} ${call.edge ?? ""}`) {
    case "GET ":
      return phoneNode(state, phone, asText(query.fields));
    case "POST ":
      return configurePhone(state, phone, body);
    case "POST messages":
      return handleMessages(state, phone, body, call.reply);
    case "POST media":
      return receiveUpload(state, phone, call.request);
    case "POST register":
      if (!/^\d{6}$/.test(asText(body.pin) ?? "")) throw invalid("Param pin must be six digits.");
      if (phone.pin !== undefined && phone.pin !== body.pin) throw new GraphError(133005);
      phone.pin = String(body.pin);
      phone.registered = true;
      return { success: true };
    case "POST deregister":
      phone.registered = false;
      return { success: true };
    case "POST request_code":
    case "POST verify_code":
      return { success: true };
    case "GET whatsapp_business_profile":
      return { data: [{ ...phone.profile, messaging_product: "whatsapp" }] };
    case "POST whatsapp_business_profile":
      return updateProfile(phone, body);
    case "GET settings":
      return { calling: { status: "DISABLED" }, ...phone.settings };
    case "POST settings":
      Object.assign(phone.settings, body);
      return { success: true };
    case "GET block_users":
      return { data: [...phone.blocked].map((wa_id) => ({ messaging_product: "whatsapp", wa_id })) };
    case "POST block_users":
    case "DELETE block_users":
      return blockUsers(phone, body, call.method === "POST");
    default:
      throw unsupported(call.method, phone.id);
  }
}

async function receiveUpload(state: SimState, phone: PhoneNumber, request: FastifyRequest): Promise<Obj> {
  if (!request.isMultipart()) throw invalid("Param file is mandatory.");
  const fields: Record<string, string> = {};
  let file: { bytes: Buffer; mime: string; filename: string } | undefined;
  for await (const part of request.parts()) {
    if (part.type === "file") file = { bytes: await part.toBuffer(), mime: part.mimetype, filename: part.filename };
    else fields[part.fieldname] = String(part.value);
  }
  if (fields.messaging_product !== "whatsapp") throw invalid("messaging_product must be whatsapp");
  if (!file) throw invalid("Param file is mandatory.");
  const mime = file.mime === "application/octet-stream" ? (fields.type ?? file.mime) : file.mime;
  return uploadMedia(state, phone.id, mime, file.bytes, file.filename);
}

async function configurePhone(state: SimState, phone: PhoneNumber, body: Obj): Promise<Obj> {
  if (typeof body.pin === "string") phone.pin = body.pin;
  const webhook = asObj(body.webhook_configuration);
  const url = asText(webhook?.override_callback_uri);
  if (url === "") delete phone.overrideUrl;
  else if (url !== undefined) {
    await verifyOverride(state, url, asText(webhook?.verify_token));
    phone.overrideUrl = url;
  }
  return { success: true };
}

async function verifyOverride(state: SimState, url: string, verifyToken: string | undefined): Promise<void> {
  if (url.length > 200) throw invalid("The callback URL takes at most 200 characters.");
  try {
    await handshake(state, url, verifyToken ?? "");
  } catch {
    throw new GraphError(2200, {
      message: "(#2200) Callback verification failed with the following errors: HTTP error",
    });
  }
}

function updateProfile(phone: PhoneNumber, body: Obj): Obj {
  const max: Record<string, number> = { about: 139, address: 256, description: 512, email: 128 };
  for (const [key, limit] of Object.entries(max)) {
    if ((asText(body[key])?.length ?? 0) > limit)
      throw invalid(`Param ${key} must be at most ${limit} characters long.`);
  }
  const { messaging_product: _, ...rest } = body;
  Object.assign(phone.profile, rest);
  return { success: true };
}

function blockUsers(phone: PhoneNumber, body: Obj, isBlock: boolean): Obj {
  const done = asObjs(body.block_users).map((item) => {
    const input = asText(item.user) ?? asText(item.user_id) ?? "";
    const digits = input.replaceAll(/\D/g, "");
    if (isBlock) phone.blocked.add(digits);
    else phone.blocked.delete(digits);
    return { input, wa_id: digits };
  });
  return { messaging_product: "whatsapp", block_users: { [isBlock ? "added_users" : "removed_users"]: done } };
}

async function onAccount(state: SimState, call: Call): Promise<unknown> {
  const { body, query } = call;
  switch (`${call.method} ${call.edge ?? ""}`) {
    case "GET ":
      return accountNode(state, asText(query.fields));
    case "GET phone_numbers":
      return listPhoneNumbers(state, query);
    case "GET message_templates":
      return listTemplates(state, call.request.url.split("?")[0] ?? "", query, call.token);
    case "POST message_templates":
      return createTemplate(state, body);
    case "DELETE message_templates":
      return deleteTemplates(state, query);
    case "GET subscribed_apps":
      return { data: state.subscribed ? [subscription(state)] : [] };
    case "POST subscribed_apps": {
      const url = asText(body.override_callback_uri);
      if (url) await verifyOverride(state, url, asText(body.verify_token));
      state.wabaOverrideUrl = url ?? null;
      state.subscribed = true;
      return { success: true };
    }
    case "DELETE subscribed_apps":
      state.subscribed = false;
      return { success: true };
    default:
      throw unsupported(call.method, state.wabaId);
  }
}

async function subscribeApp(state: SimState, call: Call): Promise<Obj> {
  const input = { ...call.query, ...call.body };
  if (input.object !== "whatsapp_business_account") throw invalid("Param object must be whatsapp_business_account.");
  const url = asText(input.callback_url) ?? "";
  await verifyOverride(state, url, asText(input.verify_token));
  state.webhookUrl = url;
  return { success: true };
}
