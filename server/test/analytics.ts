/** What an operator has to have written down to use Google Analytics. */
export const analyticsEntry = {
  KEEPWORD_PROCESSORS: JSON.stringify({
    processors: {
      google_analytics: {
        ...{
          isOwn: false,
          name: "Google Ireland Limited",
          countries: ["IE", "US"],
          isConfidential: true,
          keptMonths: 2,
        },
        policy: "https://policies.google.com/privacy",
        agreement: {
          url: "https://business.safety.google/adsprocessorterms/",
          signedAt: "2026-01-10",
          instructions: "Count visits, for nothing else.",
        },
        transfer: { mechanism: "dpf", signedAt: "2026-01-10", assessedAt: "2026-01-09" },
      },
    },
  }),
};
