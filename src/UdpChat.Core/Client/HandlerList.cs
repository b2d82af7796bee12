using System;

namespace UdpChat.Client;

/// <summary>The handlers of an event one by one, which are listed anew only when they change. For one thread at a time.</summary>
internal struct HandlerList<T>
{
    private EventHandler<T>? _listed;
    private EventHandler<T>[]? _handlers;

    /// <summary>The handlers of an event.</summary>
    public EventHandler<T>[] Of(EventHandler<T> handlers)
    {
        if (_handlers is null || !ReferenceEquals(_listed, handlers))
            (_listed, _handlers) = (handlers, Array.ConvertAll(handlers.GetInvocationList(), static handler => (EventHandler<T>)handler));
        return _handlers;
    }
}
