import { setPrefs, usePrefs } from "../../../prefs.ts";
import { t } from "../../../text.ts";

const min = 280;
const max = 440;
const clamp = (width: number): number => Math.min(max, Math.max(min, Math.round(width)));

/** Drag, or focus it and use the arrow keys. */
export function ResizeHandle() {
  const { listWidth } = usePrefs();
  const start = (event: React.PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    const sign = document.documentElement.dir === "rtl" ? -1 : 1;
    const from = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void =>
      setPrefs({ listWidth: clamp(listWidth + (moved.clientX - from) * sign) });
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), {
      once: true,
    });
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("inbox.resize")}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={listWidth}
      tabIndex={0}
      onPointerDown={start}
      onKeyDown={(event) => {
        const towardsEnd = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        setPrefs({ listWidth: clamp(listWidth + (event.key === towardsEnd ? 16 : -16)) });
      }}
      className="relative z-1 -mx-1 w-2 shrink-0 cursor-col-resize touch-none transition-colors hover:bg-ink/20 focus-visible:bg-ink/30 focus-visible:outline-0 max-md:hidden"
    />
  );
}
