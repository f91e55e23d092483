/**
 * Gives a shadow root its styles. `@property` rules count only in a document, so those move to the
 * document's head. The result takes both back.
 */
export function adopt(shadow: ShadowRoot, css: string): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  const registered = document.createElement('style');
  registered.textContent = propertyRules(sheet.cssRules).join('\n');
  document.head.append(registered);
  return () => {
    shadow.adoptedStyleSheets = shadow.adoptedStyleSheets.filter((known) => known !== sheet);
    registered.remove();
  };
}

function propertyRules(rules: CSSRuleList): string[] {
  return [...rules].flatMap((rule) => {
    if (rule.cssText.startsWith('@property')) return [rule.cssText];
    return rule instanceof CSSGroupingRule ? propertyRules(rule.cssRules) : [];
  });
}
