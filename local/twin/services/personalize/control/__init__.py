"""The control plane: the operations that declare, train and delete."""
