-- torchready in Neovim 0.7 to 0.10: save this as ~/.config/nvim/plugin/torchready.lua.

local markers = { 'torchready.toml', 'pyproject.toml', '.git' }
local clients = {}

--- The nearest folder upwards that holds one of the markers, or the file's own.
local function root_of(file)
  local own = vim.fn.fnamemodify(file, ':p:h')
  local folder = own
  while true do
    for _, marker in ipairs(markers) do
      local path = folder .. '/' .. marker
      if vim.fn.filereadable(path) == 1 or vim.fn.isdirectory(path) == 1 then
        return folder
      end
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return own
    end
    folder = parent
  end
end

--- The keys that Neovim 0.11 has by itself, and code lenses where the server offers them.
local function on_attach(client, buffer)
  local function map(keys, action)
    vim.keymap.set('n', keys, action, { buffer = buffer })
  end
  map('gra', vim.lsp.buf.code_action)
  map(']d', vim.diagnostic.goto_next)
  map('[d', vim.diagnostic.goto_prev)
  map('K', vim.lsp.buf.hover)
  if client.server_capabilities.codeLensProvider then
    map('grx', vim.lsp.codelens.run)
    vim.api.nvim_create_autocmd({ 'BufEnter', 'BufWritePost', 'InsertLeave' }, {
      buffer = buffer,
      callback = vim.lsp.codelens.refresh,
    })
    vim.lsp.codelens.refresh()
  end
end

vim.api.nvim_create_autocmd('FileType', {
  pattern = 'python',
  callback = function(event)
    local root = root_of(event.file)
    local config = {
      name = 'torchready',
      cmd = { 'torchready', 'server' },
      root_dir = root,
      on_attach = on_attach,
      on_exit = function()
        clients[root] = nil
      end,
    }
    if vim.lsp.start then
      vim.lsp.start(config) -- 0.8 and newer: one server for each root
      return
    end
    clients[root] = clients[root] or vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(event.buf, clients[root])
  end,
})
