import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { destroyAttribute, destroyValuesOf } from "./remove-attribute.ts";

const destroy = job<App, typeof destroyAttribute.payload>({
  ...destroyAttribute,
  doc: "Destroys every value of an attribute that was removed, page by page, and then the attribute itself.",
  run: destroyValuesOf,
});

export const contactAttributeJobs = [destroy];
