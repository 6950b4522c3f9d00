import { Dialog as Base } from "@base-ui/react/dialog";
import X from "lucide-react/icons/x";
import { t } from "../../../text.ts";
import { IconButton } from "../../../ui/icon-button.tsx";

export function Lightbox({ src, alt, onClose }: { src: string; alt: string; onClose: () => void }) {
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-text/85 data-open:animate-fade dark:bg-paper/90" />
        <Base.Popup
          aria-label={alt}
          onClick={onClose}
          className="fixed inset-0 z-40 flex items-center justify-center p-4 outline-none data-open:animate-fade"
        >
          <img src={src} alt={alt} className="max-h-full max-w-full rounded-tight object-contain" />
          <span className="absolute end-3 top-3 rounded-control bg-surface">
            <IconButton icon={X} label={t("app.close")} keys="esc" onClick={onClose} />
          </span>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
