"""The control plane: operations that create, train and delete resources."""
