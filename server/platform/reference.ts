import type { FastifyInstance } from "fastify";
import type { Route } from "./route.ts";
export function addReference(_fastify: FastifyInstance, _options: { routes: readonly Route[] }): void {}
