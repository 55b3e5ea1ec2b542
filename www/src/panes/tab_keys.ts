// The keys of a row of tabs: arrows, Home and End move, as the ARIA pattern for tabs has it.
// It must never know what the tabs are for.

/** One stop for Tab, arrows within; `choose` is called with the tab that is to be active. */
export function addTabKeys(row: HTMLElement, choose: (tab: HTMLElement) => void): void {
  row.addEventListener("keydown", (event) => {
    const tabs = [...row.querySelectorAll<HTMLElement>('[role="tab"]')];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    if (tab !== undefined) choose(tab);
  });
}

export function markTab(tab: HTMLElement, active: boolean): void {
  tab.setAttribute("aria-selected", String(active));
  tab.tabIndex = active ? 0 : -1;
}
