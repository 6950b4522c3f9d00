import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { useEffect, useState } from "react";
import { IconButton } from "./icon-button.tsx";

/** A value to take away. With `isSecret` the words around it should say that it is shown once. */
export function CopyWell({
  value,
  label,
  copyLabel,
  copiedLabel,
}: {
  value: string;
  label: string;
  copyLabel: string;
  copiedLabel: string;
}) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <div className="flex items-center gap-2 rounded-control bg-sunken py-1 ps-3 pe-1">
      <code dir="ltr" aria-label={label} className="grow overflow-x-auto py-1 font-mono text-meta break-all select-all">
        {value}
      </code>
      <IconButton
        icon={isCopied ? Check : Copy}
        label={isCopied ? copiedLabel : copyLabel}
        size="small"
        onClick={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}
      />
      <span role="status" className="sr-only">
        {isCopied ? copiedLabel : ""}
      </span>
    </div>
  );
}
