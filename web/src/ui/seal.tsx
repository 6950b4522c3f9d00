/** The brand mark: a seal with a K pressed into it. Also stands at the end of a privacy act. */
export function Seal({ size = 24, label }: { size?: number; label?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    >
      <path
        className="fill-seal"
        d="M16 1.500l3.4 2.2 4-.5 1.7 3.7 3.7 1.7-.5 4L30.5 16l-2.2 3.4.5 4-3.7 1.7-1.7 3.7-4-.5L16 30.500l-3.4-2.2-4 .5-1.7-3.7-3.7-1.7.5-4L1.5 16l2.2-3.4-.5-4 3.7-1.7 1.7-3.7 4 .5z"
      />
      <path className="fill-on-ink" d="M11 9h3v6l5.2-6h3.600l-5.6 6.400L23 23h-3.600l-4.2-5.600L14 18.700V23h-3z" />
    </svg>
  );
}
