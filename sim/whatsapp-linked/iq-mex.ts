import { QueryIds } from "baileys";
import { notify } from "./deliver.ts";
import type { Request } from "./iq.ts";
import type { BinaryNode } from "./node.ts";
import { node } from "./node.ts";
import type { SimState, User } from "./state.ts";
import { nowMs } from "./state.ts";

/** `w:mex`, GraphQL by id: whether the account may write to new people, and how many it still may. */
export function answerMex({ state, device, ask }: Request): BinaryNode[] {
  const id = ask.attrs["query_id"];
  if (id === QueryIds.REACHOUT_TIMELOCK)
    return result({ xwa2_fetch_account_reachout_timelock: timelockOf(device.owner) });
  if (id === QueryIds.MESSAGE_CAPPING_INFO) return result({ xwa2_message_capping_info: capOf(state, device.owner) });
  state.unknown.push(`w:mex ${id}`);
  return result({}, [{ message: "unknown query", extensions: { error_code: 400 } }]);
}

function result(data: object, errors?: object[]): BinaryNode[] {
  return [node("result", {}, Buffer.from(JSON.stringify(errors ? { data, errors } : { data })))];
}

function timelockOf({ timelock }: User): object {
  return {
    is_active: timelock.isActive,
    time_enforcement_ends: String(Math.floor(timelock.endsAt / 1000)),
    enforcement_type: timelock.type,
  };
}

function capOf(state: SimState, { chatCap }: User): object {
  const { total, used } = chatCap ?? { total: 0, used: 0 };
  const left = total - used;
  const capping = !chatCap ? "NONE" : left <= 0 ? "CAPPED" : left <= total / 10 ? "SECOND_WARNING" : "FIRST_WARNING";
  const now = Math.floor(nowMs(state) / 1000);
  return {
    total_quota: total,
    used_quota: used,
    cycle_start_timestamp: String(now - 86_400),
    cycle_end_timestamp: String(now + 29 * 86_400),
    server_sent_timestamp: String(now),
    ote_status: "NOT_ELIGIBLE",
    mv_status: "NOT_ELIGIBLE",
    capping_status: chatCap ? capping : "NONE",
  };
}

/** The server tells the account's devices at once. */
export function tellTimelock(state: SimState, user: User): void {
  tell(state, user, "NotificationUserReachoutTimelockUpdate", {
    xwa2_notify_account_reachout_timelock: timelockOf(user),
  });
}

export function tellChatCap(state: SimState, user: User): void {
  const data = { xwa2_notify_new_chat_messages_capping_info_update: capOf(state, user) };
  tell(state, user, "MessageCappingInfoNotification", data);
}

function tell(state: SimState, user: User, name: string, data: object): void {
  const content = [node("update", { op_name: name }, Buffer.from(JSON.stringify({ data })))];
  for (const device of user.devices.values()) notify(state, device, { type: "mex" }, content);
}
