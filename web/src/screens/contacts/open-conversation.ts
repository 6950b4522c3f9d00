import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, type Conversation, type NewConversation } from "../../api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { setDraft } from "../inbox/composer/drafts.ts";

/** Leads to the conversation with a person on a channel, made where there is none, ready to write in. */
export function useOpenConversation(): UseMutationResult<Conversation, Error, NewConversation> {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (wanted: NewConversation) => api.openConversation(wanted),
    onSuccess: async (conversation) => {
      const { id, contact, serviceWindow } = conversation;
      queryClient.setQueryData(queries.conversation(id).queryKey, conversation);
      void queryClient.invalidateQueries({ queryKey: ["contact", contact.id] });
      setDraft(id, { mode: serviceWindow.isOpen ? "reply" : "template", focusAt: Date.now() });
      await navigate(links.conversation(id, { view: "all" }));
    },
  });
}
