// Command check lets Tessera's fsck, which knows nothing of Stepgate, read a log as it lies on disk:
// LOG is its directory, KEY its verifier key. It exits non-zero if fsck disagrees or does not come
// to an end.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

// fsck waits for ever on a tile that is missing.
const longest = 60 * time.Second

func leafHashes(bundle []byte) ([][]byte, error) {
	entries := api.EntryBundle{}
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(entries.Entries))
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

func main() {
	verifier, err := note.NewVerifier(os.Getenv("KEY"))
	if err != nil {
		fmt.Println("key:", err)
		os.Exit(1)
	}
	ctx, stop := context.WithTimeout(context.Background(), longest)
	defer stop()
	log := client.FileFetcher{Root: os.Getenv("LOG")}
	check := fsck.New(verifier.Name(), verifier, log, leafHashes, fsck.Opts{N: 1})
	done := make(chan error, 1)
	go func() { done <- check.Check(ctx) }()
	select {
	case err = <-done:
	case <-time.After(longest):
		err = ctx.Err()
	}
	if err != nil {
		fmt.Println("fsck:", err)
		os.Exit(1)
	}
	fmt.Println("fsck agrees")
}
