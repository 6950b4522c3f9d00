// Meta's callbacks for people who remove an app or ask for deletion, and the status page they demand. One URL for the whole installation: the
// app secret says whose it is.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { askForCheck } from "../channels/channels.ts";
import type { LiveChannel } from "../channels/channel-directory.ts";
import { baseUrl } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { hmac } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { sendProblem } from "../platform/http-problems.ts";
import { limitAddresses } from "../platform/limit-addresses.ts";
import { ProblemError } from "../platform/problem.ts";
import { chooseLanguage } from "./contact-page.ts";
import { sendDeletionPage } from "./deletion-page.ts";
import { readSignedRequest, signedRequestInvalid } from "./signed-request.ts";
import { openSubjectRequest, readRequest, type RequestRow, type RequestType } from "./subject-request.ts";

const MAX_BODY_BYTES = 16_384;

export function registerMetaCallbacks(fastify: FastifyInstance, app: App): void {
  void fastify.register(async (scope) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    // Meta calls from few addresses for everybody; people look at their own page
    const onRequest = limitAddresses(app.clock, { perSecond: 10, capacity: 300 });
    scope.post("/meta/data-deletion", { onRequest }, answering(app, "erase"));
    scope.post("/meta/deauthorize", { onRequest }, answering(app, "withdraw"));
    const onLook = limitAddresses(app.clock, { perSecond: 2, capacity: 60 });
    scope.get<{ Params: { code: string } }>(
      "/meta/data-deletion/:code",
      { onRequest: onLook },
      async (request, reply) =>
        sendDeletionPage(
          reply,
          chooseLanguage(undefined, request.headers["accept-language"]),
          await findByCode(app, request.params.code),
        ),
    );
  });
}

const answering =
  (app: App, type: RequestType) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    try {
      const text = request.body instanceof URLSearchParams ? request.body.get("signed_request") : null;
      if (!text) throw signedRequestInvalid();
      const code = await take(app, type, text);
      if (type !== "erase") return reply.send({});
      // Meta reads exactly these two names
      return reply.send({ url: `${baseUrl(app.config)}/meta/data-deletion/${code}`, confirmation_code: code });
    } catch (error) {
      if (error instanceof ProblemError) return sendProblem(reply, request, error);
      throw error;
    }
  };

/**
 * Opens the request in every workspace whose channel has the secret; nobody known there is no error. Each workspace has a transaction of its
 * own, so the same request again opens what a crash left out, and nothing twice. Returns the code.
 */
async function take(app: App, type: RequestType, text: string): Promise<string> {
  const channels = [...app.channels.all()];
  const secrets = new Set(channels.flatMap(({ appSecret }) => appSecret ?? []));
  const { userId, secret, signature } = readSignedRequest(text, secrets, app.clock.ms());
  const code = codeOf(app, type, signature);
  const codeIndex = indexOf(app, code);
  const theirs = channels.filter(({ appSecret }) => appSecret === secret);
  for (const workspaceId of new Set(theirs.map((channel) => channel.workspaceId)))
    await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
      if (await isOpened(tx, workspaceId, codeIndex)) return;
      await openSubjectRequest({ ...app, tx, workspaceId }, { type, identity: userId, source: "meta", codeIndex });
      // whoever removed the app may be the one whose token we send with
      if (type === "withdraw")
        for (const channel of theirs.filter((one) => one.workspaceId === workspaceId)) await check(app, tx, channel);
    });
  return code;
}

/** Whoever asks while another opens it waits for them. Plan: subject_request_code. */
async function isOpened(tx: Tx, workspaceId: string, codeIndex: Buffer): Promise<boolean> {
  await tx.query("select pg_advisory_xact_lock($1)", [codeIndex.readBigInt64BE().toString()]);
  const rows = await tx.query("select 1 from subject_request where workspace_id = $1 and code_index = $2", [
    workspaceId,
    codeIndex,
  ]);
  return rows.length > 0;
}

const check = (app: App, tx: Tx, { workspaceId, id }: LiveChannel): Promise<void> =>
  askForCheck(app, tx, { workspaceId, channelId: id });

/** Follows from the signature, so that the same request again is known; guessed by nobody without our key. */
const codeOf = (app: App, type: string, signature: string): string =>
  hmac(app.keyring.indexKey("installation", "meta-code"), `${type}/${signature}`).subarray(0, 15).toString("base64url");

const indexOf = (app: App, code: string): Buffer =>
  hmac(app.keyring.indexKey("installation", "meta-code"), `index/${code}`);

async function findByCode(app: App, code: string): Promise<RequestRow[]> {
  const found = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ workspace_id: string; id: string }>("select * from kw.subject_requests_by_code($1)", [
      indexOf(app, code),
    ]),
  );
  return Promise.all(
    found.map(({ workspace_id: workspaceId, id }) =>
      app.db.tx({ workspaceIds: [workspaceId] }, (tx) => readRequest({ tx, workspaceId }, id)),
    ),
  );
}
