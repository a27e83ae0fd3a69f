/** The form of a new test: the host follows the arm, and the default users are picked. */

/** @param {Record<string, string>} arms The URL of each running arm. @param {Element} root */
export function followArm(arms, root) {
  const arm = /** @type {HTMLSelectElement | null} */ (root.querySelector('select[name="arm"]'));
  const host = /** @type {HTMLInputElement | null} */ (root.querySelector('input[name="host"]'));
  if (!arm || !host || arm.dataset.followed) return;
  arm.dataset.followed = 'yes';
  arm.addEventListener('change', () => {
    if (arms[arm.value]) typed(host, arms[arm.value]);
  });
}

/**
 * Locust picks all classes of users. One click a class takes the others away.
 * @param {string[]} picked @param {Element} root
 */
export function pickDefaults(picked, root) {
  for (const box of root.querySelectorAll('table input[type="checkbox"]')) {
    const name = box.closest('tr')?.textContent ?? '';
    const wanted = picked.some((each) => name.includes(each));
    if (/** @type {HTMLInputElement} */ (box).checked !== wanted) {
      /** @type {HTMLInputElement} */ (box).click();
    }
  }
}

/**
 * Open the part with the arm, the room size and the rate, which Locust keeps closed.
 * @param {Element} root
 */
export function openParameters(root) {
  for (const button of root.querySelectorAll('form [aria-expanded="false"]')) {
    if (button.textContent?.includes('Custom parameters')) {
      /** @type {HTMLElement} */ (button).click();
    }
  }
}

/**
 * Set a field as a person does: React does not see an assignment.
 * @param {HTMLInputElement} field @param {string} value
 */
function typed(field, value) {
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  setter?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
