// The platform's password functions, with their refusals as problems.
import {
  hashPassword,
  assertPasswordRules,
  PasswordBusy,
  PasswordRefused,
  verifyPassword,
} from "../platform/password.ts";
import { tooManyRequests, validationFailed } from "../platform/problem.ts";

/** Checks the rules and hashes. `personal` are words that must not make up the password. Throws `validationFailed`, `tooManyRequests`. */
export async function hashNewPassword(password: string, personal: readonly string[], field: string): Promise<string> {
  try {
    assertPasswordRules(password, personal);
  } catch (error) {
    if (!(error instanceof PasswordRefused)) throw error;
    throw validationFailed({ issues: [{ path: `body.${field}`, message: error.message }] });
  }
  return hashPassword(password).catch(busy);
}

/** Takes as long without a hash as with one. Throws `tooManyRequests` when too many wait for an answer. */
export async function isRightPassword(password: string, stored: string | null): Promise<boolean> {
  return verifyPassword(password, stored).catch(busy);
}

function busy(error: unknown): never {
  throw error instanceof PasswordBusy ? tooManyRequests({ retryAfterMs: error.retryAfterMs }) : error;
}
