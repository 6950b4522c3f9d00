import { expect, test } from "vitest";
import { snoozeChoices } from "../src/screens/inbox/pickers/snooze-picker.tsx";

test("no two moments of the choice are the same, on any day of the week", () => {
  for (let day = 1; day <= 7; day += 1) {
    const times = snoozeChoices(new Date(2026, 10, day, 14)).map(({ at }) => at?.getTime());
    expect(new Set(times).size, `2026-11-${day}`).toBe(times.length);
  }
});
