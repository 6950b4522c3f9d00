import { createContext, useContext } from "react";

interface Actions {
  /** Scrolls to a message, loading its surroundings when needed, and marks it for a moment. */
  showMessage: (id: string) => Promise<void>;
}

const Context = createContext<Actions>({ showMessage: () => Promise.resolve() });

export const ThreadActions = Context.Provider;
export const useThreadActions = (): Actions => useContext(Context);
