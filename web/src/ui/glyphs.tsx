/** Our own small marks for the networks, each in its network's colour; never their logos. */
const marks: Record<string, { color: string; path: string }> = {
  whatsapp_cloud: {
    color: "oklch(0.62 0.16 150)",
    path: "M7 1a6 6 0 0 0-5.1 9.100L1 13l3-.8A6 6 0 1 0 7 1zM4.9 4.200c.3 0 .5.1.6.4l.5 1.100c.1.2 0 .4-.1.5l-.4.5c.4.8 1 1.4 1.9 1.800l.6-.5c.1-.1.3-.1.5-.1l1.1.6c.2.1.3.3.3.5-.1.8-.8 1.3-1.5 1.2-2.3-.2-4.3-2.2-4.6-4.5 0-.8.4-1.4 1.1-1.500z",
  },
  messenger: {
    color: "oklch(0.58 0.2 262)",
    path: "M7 1C3.6 1 1 3.4 1 6.600c0 1.7.7 3.1 1.9 4.100V13l2-1.100c.7.2 1.4.3 2.1.3 3.4 0 6-2.4 6-5.600S10.4 1 7 1zM3.5 8.3 6.2 5.300l1.5 1.4 2.7-1.4-2.7 3-1.5-1.400z",
  },
  instagram: {
    color: "oklch(0.6 0.2 5)",
    path: "M4.4 1h5.200A3.4 3.4 0 0 1 13 4.400v5.200A3.4 3.4 0 0 1 9.6 13H4.400A3.4 3.4 0 0 1 1 9.600V4.400A3.4 3.4 0 0 1 4.4 1zM7 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0 1.300a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.400zM10.3 3a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.600z",
  },
};

/** Networks with the same mark look alike. */
export const markOf = (network: string): string => (network === "whatsapp_linked" ? "whatsapp_cloud" : network);

export function ChannelGlyph({ network, size = 14 }: { network: string; size?: number }) {
  const mark = marks[markOf(network)];
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" className="shrink-0" aria-hidden>
      {mark ? (
        <path fill={mark.color} fillRule="evenodd" d={mark.path} />
      ) : (
        <circle cx="7" cy="7" r="5" className="fill-text-3" />
      )}
    </svg>
  );
}
