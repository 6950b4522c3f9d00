import { configOf, dataDirOption, jsonOption, print, withApp, type Command } from "./command.ts";

const DAYS = 30;

export const visitsCommand: Command = {
  name: "visits",
  summary: "Print how often the public pages were opened, per day",
  details: ["The last 30 days, in UTC. They are numbers: there is nobody in them."],
  options: { ...dataDirOption, ...jsonOption },
  run: async (values) => {
    const { readVisits } = await import("../privacy/visits.ts");
    const visits = await withApp(configOf(values), (app) => readVisits(app, DAYS));
    print(values, { visits }, [
      ...visits.map(({ day, page, visits: count }) => `${day}  ${page.padEnd(16)}  ${count}`),
      ...(visits.length === 0 ? ["Nothing was counted yet."] : []),
    ]);
  },
};
