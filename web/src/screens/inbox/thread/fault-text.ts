import { useQuery } from "@tanstack/react-query";
import { loadFaultTexts, locale, type Locale } from "../../../text.ts";

/** Why something was not sent, by the server's key, in the person's language; the server's own sentence where the language lacks it. */
export function useFaultText(key: string | undefined, sentence: string | undefined): string | undefined {
  const language = locale() as Locale;
  const texts = useQuery({
    queryKey: ["fault-texts", language],
    queryFn: () => loadFaultTexts(language),
    enabled: key !== undefined && language !== "en",
    staleTime: Infinity,
  });
  // not first in English and then in their language: it is announced
  if (texts.isLoading) return "";
  return (key === undefined ? undefined : texts.data?.[key]) ?? sentence;
}
