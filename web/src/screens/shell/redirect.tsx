import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/**
 * Goes on to another address of this app, once. The router's own Navigate starts anew at each render, and a render follows each
 * start: while the next screen is still loading the two would chase each other.
 */
export function Redirect({ href }: { href: string }) {
  const router = useRouter();
  const target = useRef(href);
  useEffect(() => router.history.replace(target.current), [router]);
  return null;
}
