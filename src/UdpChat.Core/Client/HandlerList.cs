using System;

namespace UdpChat.Client;

/// <summary>The handlers of an event one by one, which are listed anew only when they change. For one thread at a time.</summary>
internal struct HandlerList<T>
    where T : Delegate
{
    private T? _listed;
    private T[]? _handlers;

    /// <summary>The handlers of an event.</summary>
    public T[] Of(T handlers)
    {
        if (_handlers is null || !ReferenceEquals(_listed, handlers))
            (_listed, _handlers) = (handlers, Array.ConvertAll(handlers.GetInvocationList(), static handler => (T)handler));
        return _handlers;
    }
}
