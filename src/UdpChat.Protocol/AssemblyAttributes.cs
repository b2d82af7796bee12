// Small buffers on the stack are always written before they are read, so they need not be zeroed first.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
