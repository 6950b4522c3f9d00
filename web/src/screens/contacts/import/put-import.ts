import { adminQueries, type ContactImport } from "../../../admin-api.ts";
import { queryClient } from "../../../query-client.ts";

/** What an act answered is what the screen shows. */
export const putImport = (one: ContactImport): void =>
  void queryClient.setQueryData(adminQueries.contactImport(one.id).queryKey, one);
