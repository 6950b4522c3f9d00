import { useMemo } from "react";
import { qrMatrix } from "./qr-matrix.ts";

const QUIET = 4;

/** A text as a QR code, dark on white in either theme: phones read no inverted ones. */
export function QrCode({ value, label }: { value: string; label: string }) {
  const { size, path } = useMemo(() => {
    const matrix = qrMatrix(value);
    const path = matrix
      .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")))
      .join("");
    return { size: matrix.length + 2 * QUIET, path };
  }, [value]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="block size-full rounded-control border border-line"
      data-value={value}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
