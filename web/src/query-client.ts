import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api.ts";

/** The stream keeps caches fresh, so nothing is refetched by age; a lost connection is retried, a refusal is not. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiError && (error.status === 0 || error.status >= 500) && count < 4,
    },
    mutations: { retry: false },
  },
});
