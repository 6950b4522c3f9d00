import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Icon, type IconType } from "./icon.tsx";

/** Nothing here: says so in a line, and offers the one next action. */
export function EmptyState({
  icon,
  title,
  text,
  action,
}: {
  icon?: IconType;
  title: ReactNode;
  text?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-6 py-12 text-center">
      {icon && <Icon of={icon} size={20} className="mb-2 text-text-3" />}
      <p className="font-medium">{title}</p>
      {text && <p className="max-w-80 text-text-2">{text}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

/** What happened, what it means, what to do. */
export function ErrorState({
  title,
  text,
  retryLabel,
  onRetry,
  trace,
}: {
  title: ReactNode;
  text?: ReactNode;
  retryLabel?: string;
  onRetry?: () => void;
  /** Helps whoever looks into the log. */
  trace?: string | undefined;
}) {
  return (
    <div role="alert" className="flex flex-col items-center justify-center gap-1 px-6 py-12 text-center">
      <p className="font-medium">{title}</p>
      {text && <p className="max-w-96 text-text-2">{text}</p>}
      {trace && <p className="font-mono text-meta text-text-2">{trace}</p>}
      {onRetry && (
        <Button className="mt-3" onClick={onRetry}>
          {retryLabel}
        </Button>
      )}
    </div>
  );
}
