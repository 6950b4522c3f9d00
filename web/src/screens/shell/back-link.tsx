import { Link } from "@tanstack/react-router";
import ArrowLeft from "lucide-react/icons/arrow-left";
import type { ReactNode } from "react";
import type { LinkTarget } from "../../links.ts";
import { Icon } from "../../ui/icon.tsx";

export function BackLink({ to, children }: { to: LinkTarget; children: ReactNode }) {
  return (
    <Link
      {...to}
      className="-ms-1 inline-flex items-center gap-1 rounded-control px-1 text-meta text-text-2 hover:text-text pointer-coarse:py-3"
    >
      <Icon of={ArrowLeft} size={14} className="rtl:-scale-x-100" />
      {children}
    </Link>
  );
}
