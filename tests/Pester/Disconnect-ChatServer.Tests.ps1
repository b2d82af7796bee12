BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
    $script:relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
}

AfterAll {
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Disconnect-ChatServer' {
    BeforeEach {
        $script:annie = Connect-ChatServer Annie $script:relay.LocalEndPoint
        $script:bob = Connect-ChatServer Bob $script:relay.LocalEndPoint
    }

    AfterEach {
        Get-ChatConnection | Disconnect-ChatServer
    }

    It 'ends the default connection, and then the one before is the default' {
        Disconnect-ChatServer
        $script:bob.State | Should -Be 'Disconnected'
        (Send-ChatMessage Annie 'hi' -PassThru).From | Should -Be 'Annie'
    }

    It 'takes names, wildcards and objects' {
        Disconnect-ChatServer bob
        $script:annie | Disconnect-ChatServer
        Get-ChatConnection | Should -BeNullOrEmpty
        Disconnect-ChatServer *
    }

    It 'writes what it has ended when asked to' {
        (Disconnect-ChatServer * -PassThru).Name | Should -Be @('Annie', 'Bob')
    }

    It 'ends nothing with -WhatIf' {
        Disconnect-ChatServer * -WhatIf
        (Get-ChatConnection).Name | Should -Be @('Annie', 'Bob')
    }

    It 'gives up the name when asked to, but not with -WhatIf' {
        Disconnect-ChatServer Bob -Forget -WhatIf
        $script:bob.State | Should -Be 'Connected'
        Disconnect-ChatServer Bob -Forget
        $script:bob.GetToken() | Should -BeNullOrEmpty
        Send-ChatMessage Bob 'hi' -WaitFor Accepted -ErrorVariable failed -ErrorAction SilentlyContinue -Timeout 0
        $failed | Should -Not -BeNullOrEmpty
    }

    It 'has nothing against a connection that has ended' {
        $script:bob | Disconnect-ChatServer
        { $script:bob | Disconnect-ChatServer -ErrorAction Stop } | Should -Not -Throw
    }
}
