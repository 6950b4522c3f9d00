import { api, type Note } from "../../../api.ts";
import { queries } from "../../../queries.ts";
import { queryClient } from "../../../query-client.ts";
import { t } from "../../../text.ts";
import { toast } from "../../../ui/toast.tsx";

const change = (conversationId: string, edit: (notes: Note[]) => Note[]): void => {
  queryClient.setQueryData(
    queries.notes(conversationId).queryKey,
    (page) => page && { ...page, data: edit(page.data) },
  );
};

/** Answers false when the note was not kept, so that the composer can keep its text. */
export async function addNote(
  conversationId: string,
  written: { text: string; mentionedIds: string[] },
): Promise<boolean> {
  try {
    const note = await api.addNote(conversationId, written, crypto.randomUUID());
    change(conversationId, (notes) => [...notes.filter((one) => one.id !== note.id), note]);
    return true;
  } catch {
    toast({ text: t("note.failed"), tone: "danger" });
    return false;
  }
}

export async function removeNote(note: Note): Promise<void> {
  change(note.conversationId, (notes) => notes.filter((one) => one.id !== note.id));
  try {
    await api.removeNote(note.conversationId, note.id);
    toast({
      text: t("note.removed"),
      ...(note.text === null
        ? {}
        : {
            action: {
              label: t("app.undo"),
              run: () => void addNote(note.conversationId, { ...note, text: note.text ?? "" }),
            },
          }),
    });
  } catch {
    change(note.conversationId, (notes) => [...notes, note].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)));
    toast({ text: t("note.removeFailed"), tone: "danger" });
  }
}
