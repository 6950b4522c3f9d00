import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["./server/test/global-postgres.ts"],
    maxWorkers: "100%",
    // a busy machine must not decide: what is waited for comes at once, or never
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "server",
          include: ["server/**/*.test.ts", "sdk/**/*.test.ts", "sim/**/*.test.ts"],
          exclude: ["server/test/conformance/**", "**/node_modules/**"],
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        // the long part of `npm run conformance`
        extends: true,
        test: {
          name: "conformance",
          include: ["server/test/conformance/**/*.test.ts"],
          isolate: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["web/test/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
