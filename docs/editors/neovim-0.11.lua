-- torchready in Neovim 0.11 or newer: save this as ~/.config/nvim/plugin/torchready.lua.

vim.lsp.config('torchready', {
  cmd = { 'torchready', 'server' },
  filetypes = { 'python' },
  root_markers = { 'torchready.toml', 'pyproject.toml', '.git' },
})
vim.lsp.enable('torchready')
