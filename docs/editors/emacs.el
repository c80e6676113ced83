;;; torchready in Emacs with eglot: add this to ~/.emacs.d/init.el.
;; eglot is a part of Emacs since 29; before that: M-x package-install RET eglot RET.

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((python-mode python-ts-mode) . ("torchready" "server"))))
(add-hook 'python-mode-hook #'eglot-ensure)
(add-hook 'python-ts-mode-hook #'eglot-ensure)
