// Parts of a benchmark in processes of their own, asked over the channel between parent and child.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

type Question = { no: number; name: string; input: unknown };
type Answer = { no: number; output?: unknown; error?: string };
export type Operations = Record<string, (input: never) => unknown>;
type Output<F> = F extends (input: never) => infer O ? Awaited<O> : never;
type Input<F> = F extends (input: infer I) => unknown ? I : never;

/** Answers the parent, and ends with it. */
export function answerParent(operations: Operations): void {
  process.on("message", ({ no, name, input }: Question) => {
    void Promise.resolve()
      .then(() => operations[name]?.(input as never))
      .then(
        (output) => process.send?.({ no, output } satisfies Answer),
        (error: unknown) => process.send?.({ no, error: String(error) } satisfies Answer),
      );
  });
  process.on("disconnect", () => process.exit(0));
}

export interface Child<O extends Operations> extends AsyncDisposable {
  pid: number;
  ask<K extends keyof O & string>(name: K, input: Input<O[K]>): Promise<Output<O[K]>>;
}

export function startChild<O extends Operations>(file: string): Child<O> {
  const child: ChildProcess = fork(path.join(import.meta.dirname, file), { execArgv: [] });
  const asked = new Map<number, PromiseWithResolvers<never>>();
  let count = 0;
  child.on("message", ({ no, output, error }: Answer) => {
    const question = asked.get(no);
    asked.delete(no);
    if (error === undefined) question?.resolve(output as never);
    else question?.reject(new Error(`${file}: ${error}`));
  });
  child.once("exit", () => {
    for (const question of asked.values()) question.reject(new Error(`${file} ended`));
  });
  return {
    pid: child.pid ?? 0,
    ask(name, input) {
      const no = ++count;
      const question = Promise.withResolvers<never>();
      asked.set(no, question);
      child.send({ no, name, input } satisfies Question);
      return question.promise;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}
