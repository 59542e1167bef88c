// The programs that somebody likes best: kept on this phone, shown first.
const KEY = "poultice.favourites";

function kept(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

class Favourites {
  ids = $state.raw(kept());

  toggle(id: string): void {
    this.ids = this.ids.includes(id) ? this.ids.filter((one) => one !== id) : [...this.ids, id];
    try {
      localStorage.setItem(KEY, JSON.stringify(this.ids));
    } catch {
      // storage may be forbidden; then it is liked until the page is closed
    }
  }
}

export const favourites = new Favourites();
