import { Logger } from "graphile-worker";

/** What the queue may say: its own words, never a job's payload or an error's text, which can quote content. */
export type JobLog = (level: "error" | "warning" | "info", message: string) => void;

/** graphile-worker's own lines dropped; failures are reported by the job runner. */
export function quietLogger(log: JobLog = () => {}): Logger {
  return new Logger((scope) => (level, message, meta) => {
    void scope;
    // lines about a job carry it in `meta`, or its error in the text: those are reported from the job's own events
    if ((level === "error" || level === "warning") && !meta?.["job"] && !meta?.["error"] && !meta?.["failure"])
      log(level, message.split("\n")[0]?.slice(0, 300) ?? "");
  });
}
