import eslint from "@eslint/js";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["dist/**", "bundled/**", "node_modules/**"] },
  eslint.configs.recommended,
  ...typescript.configs.strictTypeChecked,
  ...typescript.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.mjs", "scripts/*.mjs"] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", 480],
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    files: ["**/*.mjs"],
    ...typescript.configs.disableTypeChecked,
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
    rules: { ...typescript.configs.disableTypeChecked.rules, "no-console": "off" },
  },
  { files: ["test/**"], rules: { "max-lines-per-function": "off" } },
);
