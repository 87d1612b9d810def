import { defineConfig } from "vitest/config";

export default defineConfig({
  // How long a test takes tells of the machine: the time limit only ends one that waits for ever.
  test: {
    include: ["**/test/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
